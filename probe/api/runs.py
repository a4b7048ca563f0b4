"""Stored runs as a user of the library sees them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from probe.api.selection import select_runs
from probe.errors import UsageError
from probe.model.run_manifest import Manifest
from probe.store import is_recording, read_manifest

if TYPE_CHECKING:
    import pandas as pd

    from probe.api.columns import Columns
    from probe.api.gate_result import GateResult
    from probe.model.health import Health
    from probe.model.report_sections import Report, Section
    from probe.model.verdict import Verdict

DEFAULT_OUT = Path("reports")
_HISTORY = "history:"


def load(*runs: str | Path, out: str | Path = DEFAULT_OUT) -> "Runs":
    """Load stored runs. What they hold is read when it is first asked for.

    Parameters
    ----------
    runs
        Each is a run's or a group's directory; a directory that holds such, as `reports/runs`; an id as reports print
        it, a part of one that no other has, or a short id of `probe ls`; `latest`, or `latest~1` for the run before it;
        `GROUP/ARM` for an arm; a glob pattern; or `summary.json` of the original script, or a directory
        of these; or `history:DIR` alone, for the `calls` of a history. None at all: the latest
        run. A run that is named twice counts once.
    out
        The directory of `--out`, below whose `runs` ids are looked up.

    Raises
    ------
    UsageError
        Where there is no such run; it names the nearest id.

    Examples
    --------
    >>> runs = probe.load("reports/runs")  # doctest: +SKIP
    >>> runs = probe.load("20261121T*-cold-start-glm")  # doctest: +SKIP
    >>> runs.calls.probe.quantile(0.9, by="label")  # doctest: +SKIP
    """
    if len(runs) == 1 and str(runs[0]).startswith(_HISTORY):
        from probe.api.history_calls import HistoryCalls

        return HistoryCalls((Path(str(runs[0]).removeprefix(_HISTORY)),))
    return Runs(select_runs([str(run) for run in runs], Path(out)))


class Runs:
    """Stored runs: data frames of what was measured, and the report that `probe report` would make of them.

    Everything is read from the store when it is first asked for, and then kept; `load` again to see what a run has
    become since.

    Attributes
    ----------
    paths
        Directories of runs and groups, or files of the original script.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = tuple(paths)

    @cached_property
    def run_paths(self) -> tuple[Path, ...]:
        """Directories of the runs, each arm of a group by itself."""
        from probe.reporting.find_runs import places

        return tuple(place.path for place in places(self.paths))

    @cached_property
    def manifests(self) -> tuple[Manifest | None, ...]:
        """Provenance of each run, in the order of `run_paths`; None for the original script's."""
        return tuple(None if path.is_file() else read_manifest(path) for path in self.run_paths)

    @cached_property
    def _read(self) -> "tuple[Columns, Mapping[str, Mapping[str, int]]]":
        """Columns of all calls, and by run id and file how much could not be read."""
        from probe.api.call_columns import ColumnBuilder
        from probe.reporting.find_runs import places
        from probe.reporting.load_runs import load

        builder = ColumnBuilder()
        loaded = [load(place, builder) for place in places(self.paths)]
        corrupt = {run.run_id: run.corrupt for run in loaded if run.corrupt}
        return builder.build([run.manifest for run in loaded]), corrupt

    @cached_property
    def calls(self) -> "pd.DataFrame":
        """A row a call, ordered by run, round and step.

        First the columns of `probe export`, then `duration_ms` (ms: the wall time, of a failed call its timeout where
        that is longer), `censored` (the call failed, so that it took `duration_ms` or more), `role` (`target` or
        `control`), `requests` (main HTTP requests), `requests_before` (those that the run had sent before), `cached`
        (a cache answered, by its headers), `load` (the machine's, over one minute) and `evidence` (the line that
        decided the outcome).

        Texts of few values are categories; what may be absent is Float64, Int64 or NA; times are UTC; several flags
        or models stand in one text, joined by `;`. Interrupted calls are left out, as in reports.

        `duration_ms` and `censored` fit lifelines as they are: `KaplanMeierFitter().fit(calls.duration_ms,
        ~calls.censored)`. `calls.probe` has quantiles, rates and curves that know of `censored`.
        """
        from probe.api.frames import calls_frame

        return calls_frame(self._read[0])

    @cached_property
    def rounds(self) -> "pd.DataFrame":
        """A row a round: what it was, then for each step `<label>_outcome`, `_duration_ms`, `_censored`, `_ttft_ms`.

        `started_at` and `idle_before_ms` are those of its first call; `calls` and `failed` count; `cost_usd` sums up
        what is known.
        """
        from probe.api.frames import rounds_frame

        return rounds_frame(self._read[0])

    @cached_property
    def phases(self) -> "pd.DataFrame":
        """A row for each phase of each call whose time could be split: `phase`, `phase_ms`, and `source` of the split.

        The phases of a call add up to its `wall_ms`. In order: boot, retries, connect, wait, stream, exit, unsplit.
        """
        from probe.api.frames import phases_frame

        return phases_frame(self._read[0])

    @cached_property
    def exchanges(self) -> "pd.DataFrame":
        """A row for each HTTP request that a recorder saw: its call, then the fields of `model.exchange.Exchange`.

        Times end in `_at_ms` and count from the call's spawn; durations end in `_ms`; `begun_at` is the request's own
        time (UTC). Calls without a recorder have no row. Reads a file a call.

        Of recordings: the run, the request's number, the attempt at it, `begun_at`, who asked, then the same fields;
        times count from `begun_at`.
        """
        if self._are_recordings:
            from probe.api.recorded_frames import recorded_exchanges_frame

            return recorded_exchanges_frame(self.paths)
        from probe.api.exchanges import exchanges_frame

        return exchanges_frame(self.paths)

    @cached_property
    def requests(self) -> "pd.DataFrame":
        """A row for each request of recordings, with all its attempts: the columns of `probe export`.

        `request` is its number, `outcome` what it came to, `endings` what each attempt came to, `silence_ms` the
        longest time in which nothing of the answer came, `idle_before_ms` the time without a main request before it.
        Scripted runs have none: raises UsageError.
        """
        if not self._are_recordings:
            raise UsageError("scripted runs have calls, and only recordings have requests", remedy="Use `calls`.")
        from probe.api.recorded_frames import requests_frame

        return requests_frame(self.paths)

    @property
    def _are_recordings(self) -> bool:
        """True where all of these are recordings, which have requests and no calls."""
        return all(map(is_recording, self.paths))

    @cached_property
    def unreadable(self) -> Mapping[str, Mapping[str, int]]:
        """Number of lines or files that could not be read, by run id and file; empty where all could."""
        return self._read[1]

    @cached_property
    def report(self) -> "Report":
        """The report: a section for each set of runs that may be pooled, without the exchanges of single calls."""
        from probe.reporting.build_report import report_of

        return report_of(self.paths)

    @property
    def verdict(self) -> "Verdict | None":
        """Is the first call worse than the second? None where rounds have one call only.

        Raises UsageError where there are several targets: take it from a section of `report`.
        """
        return self._only_section.verdict

    @property
    def health(self) -> "Health":
        """Does it work, and who has to act where it does not? See docs/health.md for `health.word`.

        Raises UsageError where there are several targets: take it from a section of `report`.
        """
        return self._only_section.health

    @property
    def outcome_counts(self) -> dict[str, dict[str, int]]:
        """Number of calls by step and outcome. Raises UsageError where there are several targets."""
        return {
            step.label: {str(outcome.outcome): outcome.n for outcome in step.outcomes}
            for step in self._only_section.steps
        }

    def gate(self, condition: str) -> "GateResult":
        """Hold the runs against a gate, a condition under which they count as failed, as `--fail-on` does.

        Parameters
        ----------
        condition
            `[STEP][@VANTAGE].METRIC OP VALUE [surely]`, as in docs/gates.md.

        Raises
        ------
        UsageError
            For a gate that cannot be read, with what is known; and where there are several targets, or several vantages
            of which the gate names none.

        Examples
        --------
        >>> assert runs.gate("call1.failure_rate > 10% surely").passed  # doctest: +SKIP
        """
        from probe.api.gate_result import hold_gate, sections_of_gate

        return hold_gate(condition, _single(sections_of_gate(condition, self.report.targets)))

    @property
    def _only_section(self) -> "Section":
        return _single(self.report.targets)

    def __len__(self) -> int:
        """Return the number of runs; an arm of a group is a run."""
        return len(self.run_paths)

    def __iter__(self) -> Iterator["Runs"]:
        """Yield each run by itself."""
        return (Runs((path,)) for path in self.run_paths)

    def __repr__(self) -> str:
        names = ", ".join(repr(path.name) for path in self.paths[:3])
        return f"<{type(self).__name__} {names}{', …' if len(self.paths) > 3 else ''}>"

    def _repr_html_(self) -> str:
        from probe.api.notebook import report_html

        return report_html(self.report)


def _single(targets: "Sequence[Section]") -> "Section":
    """Return the only section. Raises UsageError for several."""
    if len(targets) != 1:
        names = ", ".join(section.name for section in targets)
        raise UsageError(
            f"there are {len(targets)} targets that cannot be pooled: {names}",
            remedy="Load one of them, or look into the sections of `report`.",
        )
    return targets[0]
