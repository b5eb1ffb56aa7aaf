"""Reads which calls of the libraries take a seed, and writes `mlaudit/knowledge/seed_parameters/`."""
