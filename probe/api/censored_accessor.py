"""`frame.probe`: statistics of data frames of calls that know that a failed call was given up, and did not end."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probe.errors import UsageError
from probe.model.outcome import Flag, Outcome
from probe.model.statistics import Bound, Figure
from probe.stats.durations import Bools, known_ranks, ordered_quantile
from probe.stats.rates import failure_rate, sure_rate
from probe.stats.survival import kaplan_meier

By = str | Sequence[str] | None
Positions = NDArray[np.intp]
Parts = Mapping[str, Sequence[Any] | NDArray[Any]]
"""Columns of a part of a result, of equal length."""

_NUMBERS = (int, float, np.integer, np.floating)
_BOUND = pd.CategoricalDtype([str(bound) for bound in Bound])
_QUANTILE_TYPES = {
    "q": "float64",
    "n": "int64",
    "censored": "int64",
    "value_ms": "Float64",
    "bound": _BOUND,
    "low_ms": "Float64",
    "high_ms": "Float64",
    "high_bound": _BOUND,
}
_RATE_TYPES = {"n": "int64", "k": "int64", "rate": "float64", "low": "float64", "high": "float64"}
_CURVE_TYPES = {
    "time_ms": "float64",
    "at_risk": "int64",
    "events": "int64",
    "censored": "int64",
    "survival": "float64",
    "low": "Float64",
    "high": "Float64",
}


@pd.api.extensions.register_dataframe_accessor("probe")
class CensoredAccessor:
    """Statistics of calls by group, on any selection of `Runs.calls`: `calls[calls.label == "call1"].probe.…`.

    The plain `calls.wall_ms.quantile(0.9)` takes the time of a quick error for that of a quick call, and a deadline
    for the time that the answer took. Here a call that failed counts as having taken `duration_ms` or more.

    `by` names the columns that tell groups apart, one or several; None takes all rows together. What a group has is
    in its index. Groups without a row are left out.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def quantile(self, q: float | Sequence[float] = 0.5, *, by: By = None) -> pd.DataFrame:
        """Return quantiles of durations, with 95 % intervals from order statistics.

        Needs the columns `duration_ms` and `censored`.

        Parameters
        ----------
        q
            One quantile or several, above 0 and below 1. Several become a last level `q` of the index.
        by
            Columns that tell groups apart.

        Returns
        -------
        A row a group and quantile:

        - `n`, `censored`: calls, and those of them that failed
        - `value_ms`: the order statistic of rank ceil(q n), never an interpolated figure
        - `bound`: `exact`; `more_than` where it falls among failed calls, so that it is more than `value_ms`;
          `too_few` where n carries no upper bound: `value_ms` is then a lower bound (97.5 %), or absent
        - `low_ms`, `high_ms`, `high_bound`: the interval; `high_bound` has the same words for its upper end

        Raises
        ------
        UsageError
            For a quantile that is none, or a frame without the columns.

        Examples
        --------
        >>> runs.calls.probe.quantile(0.9, by="label")  # doctest: +SKIP
        >>> runs.calls.probe.quantile([0.5, 0.9, 0.99], by=["target", "label"])  # doctest: +SKIP
        """
        quantiles = _quantiles(q)
        duration_ms, censored = self._durations()

        def of_group(calls: Positions) -> Parts:
            known = known_ranks(duration_ms[calls], censored[calls])
            ordered = np.sort(duration_ms[calls])
            figures = [ordered_quantile(ordered, known, quantile) for quantile in quantiles]
            counts = {"n": len(calls), "censored": int(censored[calls].sum())}
            return {
                "q": quantiles,
                **{name: [count] * len(quantiles) for name, count in counts.items()},
                **{name: [getattr(figure, name) for figure in figures] for name in Figure.model_fields},
            }

        found = self._by_group(of_group, by, _QUANTILE_TYPES)
        if isinstance(q, _NUMBERS):
            return _indexed(found.drop(columns="q"), _names(by))
        return found.set_index([*_names(by), "q"])

    def rate(self, what: str = "failed", *, by: By = None, surely: bool = False) -> pd.DataFrame:
        """Return how many of the calls are of a kind, with a 95 % interval.

        Parameters
        ----------
        what
            `failed` (not as expected), `ok`, `clean`, `recovered` (as expected, but not clean), `timed_out`; an
            outcome such as `overloaded`; a flag such as `retried`; or any column of truths.
        by
            Columns that tell groups apart.
        surely
            Take Clopper and Pearson's interval, which never covers less than 95 %, instead of Wilson's.

        Returns
        -------
        A row a group: `n` calls, `k` of them of the kind, `rate` (0 to 1), `low`, `high`. Where none or all are of
        the kind, the end that says something is the one-sided 95 % bound.

        Raises
        ------
        UsageError
            For a kind that nobody knows.

        Examples
        --------
        >>> runs.calls.probe.rate("failed", by=["target", "label"])  # doctest: +SKIP
        """
        is_kind = self._is(what)
        estimate = sure_rate if surely else failure_rate

        def of_group(calls: Positions) -> Parts:
            k, n = int(is_kind[calls].sum()), len(calls)
            found = (estimate if 0 < k < n else failure_rate)(k, n)
            assert found is not None  # noqa: S101 - no group is empty
            return {"n": [n], "k": [k], "rate": [found.value], "low": [found.low], "high": [found.high]}

        return _indexed(self._by_group(of_group, by, _RATE_TYPES), _names(by))

    def survival(self, *, by: By = None) -> pd.DataFrame:
        """Return Kaplan-Meier curves: how many of the calls take longer than a time.

        Needs the columns `duration_ms` and `censored`. `1 - survival` is the share of calls that had succeeded by
        `time_ms`, as an ECDF that does not pretend that failed calls ended.

        Returns
        -------
        A row for each group and each time at which a call succeeded or was given up, and one for 0 ms: the columns of
        `by`, then

        - `time_ms`
        - `at_risk`, `events`, `censored`: calls that were still waited for just before, that succeeded, that were
          given up at that time
        - `survival`: the share that takes longer, 0 to 1, from this time to the next
        - `low`, `high`: its 95 % interval at that time by itself; absent where all or none have succeeded

        Examples
        --------
        >>> curves = runs.calls.probe.survival(by="label")  # doctest: +SKIP
        """
        duration_ms, censored = self._durations()

        def of_group(calls: Positions) -> Parts:
            curve = kaplan_meier(duration_ms[calls], censored[calls])
            begin = {"at_risk": len(calls), "survival": 1.0, "low": np.nan, "high": np.nan}
            return {name: np.concatenate(([begin.get(name, 0.0)], getattr(curve, name))) for name in _CURVE_TYPES}

        return self._by_group(of_group, by, _CURVE_TYPES)

    def flagged(self, flag: str) -> "pd.Series[bool]":
        """Return which calls have a flag such as `retried`. Raises UsageError for an unknown one."""
        if flag not in set(Flag):
            raise UsageError(f"there is no flag {flag!r}", key="flag", remedy=f"Flags: {', '.join(Flag)}")
        flags = self._column("flags").astype("category").cat
        has_flag = np.array([flag in text.split(";") for text in flags.categories] + [False], dtype=np.bool_)
        return pd.Series(has_flag[flags.codes], index=self._frame.index, name=flag)

    def _is(self, what: str) -> Bools:
        """Return which calls are of a kind. Raises UsageError for one that nobody knows."""
        if what == "failed":
            return ~self._truths("ok")
        if what == "recovered":
            return self._truths("ok") & ~self._truths("clean")
        if what in set(Outcome) - {Outcome.OK}:
            return (_complete(self._column("outcome")) == what).to_numpy(dtype=np.bool_)
        if what in set(Flag):
            return self.flagged(what).to_numpy()
        return self._truths(what)

    def _truths(self, name: str) -> Bools:
        column = self._column(name)
        if not pd.api.types.is_bool_dtype(column):
            raise UsageError(f"the column {name!r} does not hold truths", key="what")
        return _complete(column).to_numpy(dtype=np.bool_)

    def _durations(self) -> tuple[NDArray[np.float64], Bools]:
        """Return what calls took at least, in ms, and which are censored."""
        return _complete(self._column("duration_ms")).to_numpy(dtype=np.float64), self._truths("censored")

    def _column(self, name: str) -> "pd.Series[Any]":
        if name not in self._frame.columns:
            raise UsageError(
                f"the frame has no column {name!r}", remedy="Take a selection of the rows of `Runs.calls`."
            )
        return self._frame[name]

    def _by_group(self, of_group: Callable[[Positions], Parts], by: By, types: Mapping[str, Any]) -> pd.DataFrame:
        """Return the parts of all groups below each other, the group's columns in front."""
        names = _names(by)
        if taken := set(names) & types.keys():
            raise UsageError(
                f"the result has a column {', '.join(sorted(taken))} of its own",
                key="by",
                remedy="Rename the column to group by.",
            )
        groups = list(self._groups(names))
        parts = [of_group(calls) for calls in groups]
        lengths = [len(part[next(iter(types))]) for part in parts]
        first = np.repeat(np.array([calls[0] for calls in groups], dtype=np.intp), lengths)
        keys = self._frame[names].iloc[first].reset_index(drop=True)
        columns = pd.DataFrame({name: _joined([part[name] for part in parts]) for name in types})
        return pd.concat([keys, columns.astype(dict(types))], axis=1)

    def _groups(self, names: Sequence[str]) -> Iterator[Positions]:
        """Yield the positions of each group's rows."""
        if not len(self._frame):
            return
        if not names:
            yield np.arange(len(self._frame))
            return
        keys = pd.DataFrame({name: self._column(name).array for name in names})
        for _, group in keys.groupby(list(names), observed=True, dropna=False):
            yield group.index.to_numpy()


def _complete(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the column. Raises UsageError where a value is absent: it is no figure of any kind."""
    absent = int(column.isna().sum())
    if absent:
        raise UsageError(
            f"the column {column.name!r} lacks {absent} of its {len(column)} values",
            remedy=f"Leave those rows out: frame[frame[{column.name!r}].notna()].",
        )
    return column


def _quantiles(q: float | Sequence[float]) -> list[float]:
    """Return the quantiles asked for. Raises UsageError for one that is none."""
    asked = [q] if isinstance(q, str) or not isinstance(q, Iterable) else list(q)
    for quantile in asked:
        if not isinstance(quantile, _NUMBERS) or not 0 < quantile < 1:
            raise UsageError(f"{quantile!r} is no quantile", key="q", remedy="Give numbers above 0 and below 1.")
    return [float(quantile) for quantile in asked]


def _joined(parts: Sequence[Sequence[Any] | NDArray[Any]]) -> NDArray[Any]:
    arrays = [np.asarray(part) for part in parts]
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=np.object_)


def _names(by: By) -> list[str]:
    if by is None:
        return []
    return [by] if isinstance(by, str) else list(by)


def _indexed(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    return frame.set_index(names) if names else frame
