"""On which images does a repository build and run, and what changes under them? Views over facts."""
