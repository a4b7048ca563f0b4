"""The lines of a journal, as far as reading a run needs them: decoded fast, many at a time.

A journal may be damaged in any way. A line that is none is counted, whatever is wrong with it, and the rest is read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from io import RawIOBase
from pathlib import Path

import msgspec

from probe.errors import StoreError
from probe.model.choices import EndReason
from probe.model.row import AttemptNumber, RoundNumber, Row, StepNumber
from probe.store.files import JOURNAL


class Line(msgspec.Struct, tag_field="event", gc=False):
    """A line of the journal, as far as it is needed here; see `probe.model.events`."""


class RunStartedLine(Line, tag="run_started"):
    """See `RunStarted`."""


class RoundPreparedLine(Line, tag="round_prepared"):
    """See `RoundPrepared`."""


class RoundStartedLine(Line, tag="round_started"):
    """See `RoundStarted`."""

    round: RoundNumber
    attempt: AttemptNumber


class CallStartedLine(Line, tag="call_started"):
    """See `CallStarted`."""

    round: RoundNumber
    attempt: AttemptNumber
    step: StepNumber


class CallFinishedLine(Line, tag="call_finished"):
    """See `CallFinished`."""

    call: Row


class RoundFinishedLine(Line, tag="round_finished"):
    """See `RoundFinished`."""

    round: RoundNumber
    attempt: AttemptNumber


class RunFinishedLine(Line, tag="run_finished"):
    """See `RunFinished`."""

    reason: EndReason
    why: str | None = None


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
_LONGEST = 1 << 24
"""Bytes of a line. Ours have some thousands; a longer one is damage, and is not kept in memory."""
_DECODER: msgspec.json.Decoder[AnyLine] = msgspec.json.Decoder(AnyLine)
DAMAGED = (ValueError, OverflowError, RecursionError)
"""The errors of decoding: also UnicodeDecodeError, for a byte that is no text in a name or an event's kind."""


def read_events(run: Path, corrupt: Counter[str]) -> Iterator[list[AnyLine]]:
    """Yield the journal's events, many at a time; a line that is none is counted. Raises StoreError."""
    journal = run / JOURNAL
    try:
        with journal.open("rb", buffering=0) as file:
            for block in _blocks(file, corrupt):
                try:
                    yield _DECODER.decode_lines(block)
                except DAMAGED:
                    yield list(_readable(block.split(b"\n"), corrupt))
    except FileNotFoundError:
        corrupt[f"{JOURNAL} (missing)"] += 1
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", path=journal) from error


def read_lines(run: Path) -> Iterator[tuple[bytes, AnyLine]]:
    """Yield the journal's lines that can be read, and their events; none without a file. Raises StoreError."""
    journal = run / JOURNAL
    try:
        with journal.open("rb", buffering=0) as file:
            for block in _blocks(file, Counter()):
                for line in block.split(b"\n"):
                    yield from ((line, event) for event in _readable([line], Counter()))
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", path=journal) from error


def _blocks(file: RawIOBase, corrupt: Counter[str]) -> Iterator[bytes]:
    """Yield whole lines, many at a time. A last line without an end was torn by a crash, and is left out."""
    rest, is_too_long = b"", False
    while data := file.read(_AT_A_TIME):
        whole, newline, after = data.rpartition(b"\n")
        if not newline:
            rest, is_too_long = (b"", True) if is_too_long or len(rest) > _LONGEST else (rest + data, False)
            continue
        if is_too_long:
            corrupt[f"{JOURNAL} (lines)"] += 1
            whole, is_too_long = whole.partition(b"\n")[2], False
        else:
            whole = rest + whole
        rest = after
        yield whole


def _readable(lines: Iterable[bytes], corrupt: Counter[str]) -> Iterator[AnyLine]:
    for line in lines:
        if not line.strip():
            continue
        try:
            yield _DECODER.decode(line)
        except DAMAGED:
            corrupt[f"{JOURNAL} (lines)"] += 1
