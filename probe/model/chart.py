"""The data of charts, ready to be drawn: series are thinned, and say so."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from probe.model.base_models import Frozen, Utc
from probe.model.outcome import Outcome
from probe.model.wire import Phases


class Mark(StrEnum):
    """The four ways in which a call is drawn."""

    CLEAN = "clean"
    RECOVERED = "recovered"
    FAILED = "failed"
    TIMED_OUT = "timed_out"


class Dot(Frozen):
    """One call. `wall_ms` is how long it took; of a failed one, and of a timed-out one, when it was given up."""

    label: str
    wall_ms: float
    mark: Mark
    outcome: Outcome


class RoundDots(Frozen):
    """The calls of one round, in order of the steps. `number` counts over all pooled runs, from 1."""

    number: int
    run_id: str
    round: int
    started_at: Utc
    dots: tuple[Dot, ...]


class Ecdf(Frozen):
    """The share of calls that had succeeded by a time. It ends below 1 where calls failed: those are censored."""

    label: str
    n: int
    points: tuple[tuple[float, float], ...] = Field(description="(ms, share), both rising; steps are to the right")
    censored: int
    horizon_ms: float


class OutcomeBin(Frozen):
    """The outcomes of the calls of some rounds in a row, over all steps or of one."""

    label: str
    first: int
    last: int
    started_at: Utc
    counts: dict[Mark, int]


class Charts(Frozen):
    """The data of a section's charts.

    `rounds` are all rounds, or those kept of `rounds_total`: all with a call that was not clean, as far as there is
    room, and an even choice of the others, in order.
    """

    rounds: tuple[RoundDots, ...] = ()
    rounds_total: int = 0
    ecdfs: tuple[Ecdf, ...] = ()
    over_time: tuple[OutcomeBin, ...] = ()


class Span(Frozen):
    """A stretch of time on a call's own clock, in ms since its spawn."""

    name: str = Field(description="connect, send, wait, stream of an exchange")
    start_ms: float
    length_ms: float


class WaterfallRow(Frozen):
    """One exchange of a call."""

    sequence: int
    kind: str
    request: str = Field(description="method and path")
    status: int | None
    ending: str = Field(
        description="what an attempt that failed came to, such as `truncated_stream`; else an ExchangeEnd, or the "
        "ConnectFailure"
    )
    detail: str = Field("", description="the upstream's words about an error; a stranger's text")
    model_served: str | None = None
    request_ids: dict[str, str] = Field(default_factory=dict)
    begun_at: Utc | None = None
    response_bytes: int = 0
    spans: tuple[Span, ...] = ()


class Waterfall(Frozen):
    """One call, to be opened."""

    run_id: str
    round: int
    label: str
    started_at: Utc
    wall_ms: float
    deadline_ms: float | None = Field(None, description="the deadline at which it was stopped, if it was")
    mark: Mark
    outcome: Outcome
    cause: str | None
    evidence: str
    evidence_phrase: Any = Field(None, description="see `Diagnosis`")
    phases: Phases | None
    rows: tuple[WaterfallRow, ...] | None = Field(
        description="None where nothing was recorded, or the record cannot be read"
    )
