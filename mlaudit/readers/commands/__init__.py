"""Commands that people write down: shell, Dockerfile, CI, make, tox and the files of platforms."""
