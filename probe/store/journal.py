"""The lines of a journal, as far as reading a run needs them: decoded fast, many at a time."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from probe.errors import StoreError
from probe.model.choices import EndReason
from probe.model.row import Row
from probe.store.files import JOURNAL


class Line(msgspec.Struct, tag_field="event", gc=False):
    """A line of the journal, as far as it is needed here; see `probe.model.events`."""


class RunStartedLine(Line, tag="run_started"): ...


class RoundPreparedLine(Line, tag="round_prepared"): ...


class RoundStartedLine(Line, tag="round_started"):
    round: int
    attempt: int


class CallStartedLine(Line, tag="call_started"):
    round: int
    attempt: int
    step: int


class CallFinishedLine(Line, tag="call_finished"):
    call: Row


class RoundFinishedLine(Line, tag="round_finished"):
    round: int
    attempt: int


class RunFinishedLine(Line, tag="run_finished"):
    reason: EndReason


AnyLine = (
    RunStartedLine
    | RoundPreparedLine
    | RoundStartedLine
    | CallStartedLine
    | CallFinishedLine
    | RoundFinishedLine
    | RunFinishedLine
)
_AT_A_TIME = 1 << 16
_DECODER: msgspec.json.Decoder[AnyLine] = msgspec.json.Decoder(AnyLine)


def read_events(run: Path, corrupt: Counter[str]) -> Iterator[list[AnyLine]]:
    """The journal's events, many at a time; a line that is none is counted."""
    journal = run / JOURNAL
    try:
        with journal.open("rb", buffering=0) as file:
            rest = b""
            while data := file.read(_AT_A_TIME):
                whole, newline, rest = (rest + data).rpartition(b"\n")
                try:
                    yield _DECODER.decode_lines(whole) if newline else []
                except (msgspec.MsgspecError, RecursionError):
                    yield list(_readable(whole.split(b"\n"), corrupt))
            # What is left has no end: a crash tore it, and it says nothing.
    except FileNotFoundError:
        corrupt[f"{JOURNAL} (missing)"] += 1
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", path=journal) from error


def _readable(lines: Iterable[bytes], corrupt: Counter[str]) -> Iterator[AnyLine]:
    for line in lines:
        try:
            yield _DECODER.decode(line)
        except (msgspec.MsgspecError, RecursionError):
            corrupt[f"{JOURNAL} (lines)"] += 1


def whole_lines(journal: Path) -> Iterator[bytes]:
    """The lines that were written whole; none without a file.

    A last one that a crash tore has no end, and says nothing. Raises StoreError.
    """
    try:
        with journal.open("rb", buffering=1 << 20) as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield line
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", path=journal) from error
