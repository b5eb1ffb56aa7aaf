"""Could somebody else get the same result from this commit?"""

__version__ = "0.1.0"
