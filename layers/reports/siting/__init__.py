"""A siting study in words, on the map and in files: what each viewer may see of it, and nothing else."""
