"""A history of calls as a user of the library sees it."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from probe.api.runs import Runs
from probe.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

_FRAME = """
SELECT *, NOT failed AS ok, failed AS censored,
    CASE WHEN failed THEN greatest(wall_ms, coalesce(timeout_ms, wall_ms)) ELSE wall_ms END AS duration_ms
FROM calls ORDER BY target, started_at, round, step
"""


class HistoryCalls(Runs):
    """The calls of a history. It has no rounds, exchanges and reports: those are in the directories of runs."""

    @property
    def run_paths(self) -> tuple[Path, ...]:
        """A history names no directories."""
        return ()

    @cached_property
    def calls(self) -> "pd.DataFrame":
        """A row a call, with the columns of docs/history.md, `ok`, `duration_ms` and `censored`; times are UTC."""
        from probe.api import censored_accessor  # noqa: F401 - makes `frame.probe` known
        from probe.reporting.history_extra import require_history_extra

        require_history_extra()
        from probe.store.parquet.history_database import HistoryDatabase

        with HistoryDatabase(self.paths[0]) as database:
            frame: pd.DataFrame = database.frame(_FRAME)
        frame["started_at"] = frame["started_at"].dt.tz_localize("UTC")
        return frame

    @property
    def _read(self) -> NoReturn:
        raise UsageError("a history holds calls only; load the runs themselves for more")

    @property
    def report(self) -> NoReturn:
        """There is none: raises UsageError."""
        raise UsageError("a history holds calls only; load the runs themselves for more")
