"""Measures the mock against bare ASGI and its peers, side by side, in turns. `python -m benchmarks` or `make bench`."""
