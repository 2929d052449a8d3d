"""Measurements: accuracy and speed, with peers in the same run. Run as `python -m benchmarks.NAME`."""
