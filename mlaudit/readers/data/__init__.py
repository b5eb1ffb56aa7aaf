"""Readers of what stands for data: DVC's pointers, pipelines, locks, parameters and remotes, and Git LFS."""
