"""Costs of `probe` against what one would run instead. `make bench`; every figure is a ratio within one run."""
