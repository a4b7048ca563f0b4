"""The extra `history`: DuckDB and pyarrow, which a history of calls needs."""

import importlib.util

from probe.errors import EnvironmentUnusableError


def require_history_extra() -> None:
    """Raise EnvironmentUnusableError where DuckDB or pyarrow is not installed."""
    if any(importlib.util.find_spec(name) is None for name in ("duckdb", "pyarrow")):
        raise EnvironmentUnusableError(
            "a history of calls needs DuckDB and pyarrow, which are not installed",
            remedy="pip install 'claude-probe[history]'",
        )
