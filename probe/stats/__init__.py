"""Statistics: pure functions on columns of calls, with the sources of their methods."""
