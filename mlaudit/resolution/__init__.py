"""What may an install choose? Projects, locks, versions and names: a view over facts."""
