"""Sessions beside `make test`: other versions of Python, the lowest dependencies, the package (`nox --list`)."""
