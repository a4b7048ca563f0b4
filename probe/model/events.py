"""The events of a run: the runner emits them in order, the store keeps them, the console shows them."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from probe.model.base_models import Lenient, Utc
from probe.model.call import Call
from probe.model.choices import EndReason
from probe.model.exchange import Exchange


class _Event(Lenient):
    at: Utc


class RunStarted(_Event):
    """The runner begins, or begins again."""

    event: Literal["run_started"] = "run_started"
    rounds_to_do: int


class RoundStarted(_Event):
    """A round's sandbox is about to be made."""

    event: Literal["round_started"] = "round_started"
    round: int
    attempt: int


class RoundPrepared(_Event):
    """The sandbox is ready; priming says what the client's first start took, or what went wrong with it."""

    event: Literal["round_prepared"] = "round_prepared"
    round: int
    primed: bool
    prime_ms: float | None = None
    problem: str | None = None
    config_dir: str | None = None
    idle_s: float = Field(0.0, description="how long the target is to be idle before the first call")


class CallStarted(_Event):
    """A call is about to be spawned."""

    event: Literal["call_started"] = "call_started"
    round: int
    attempt: int
    step: int
    label: str
    session_id: str | None = None
    timeout_ms: float


class CallFinished(_Event):
    """A call ended. The raw output goes into files of its own, not into the journal."""

    event: Literal["call_finished"] = "call_finished"
    call: Call
    argv: tuple[str, ...] = Field((), exclude=True)
    stdout: bytes = Field(b"", exclude=True, repr=False)
    stderr: bytes = Field(b"", exclude=True, repr=False)
    exchanges: tuple[Exchange, ...] | None = Field(None, exclude=True, repr=False)
    bodies: tuple[tuple[int, bytes, bytes], ...] = Field((), exclude=True, repr=False)


class RoundFinished(_Event):
    """All steps of a round ran; it will not be run again."""

    event: Literal["round_finished"] = "round_finished"
    round: int
    attempt: int


class RunFinished(_Event):
    """The runner ends in an orderly way."""

    event: Literal["run_finished"] = "run_finished"
    reason: EndReason
    why: str | None = Field(None, description="of a lost vantage or fleet: what happened to it, in English")


Event = Annotated[
    RunStarted | RoundStarted | RoundPrepared | CallStarted | CallFinished | RoundFinished | RunFinished,
    Field(discriminator="event"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
