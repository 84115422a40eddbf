"""Measurements: `python -m tests.benchmarks` runs all and writes docs/BENCHMARKS.md."""
