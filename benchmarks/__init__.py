"""Programs that measure. They are no part of the tests; `python -m benchmarks` runs them and prints one table."""
