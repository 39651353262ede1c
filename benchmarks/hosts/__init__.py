"""A benchmark in a folder of its own: `python -m benchmarks.hosts`."""
