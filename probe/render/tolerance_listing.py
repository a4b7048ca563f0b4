"""The waits of a client, as a table for a terminal."""

from probe.model.tolerance_report import Tolerance, Tolerances
from probe.render.text_layout import padded, width
from probe.sanitise import printable
from probe.texts import Texts
from probe.units import format_duration

_WIDTHS = (38, 12, 14)


def render_tolerances(found: Tolerances, texts: Texts) -> str:
    """Return a line for each wait: how long it was stood, when it was given up, and what the client did then."""
    version = printable(found.client.version or texts("capture.unknown_version"), 40)
    settings = " ".join(printable(f"{name}={value}", 80) for name, value in found.environment.items())
    head = "tolerance.head.settings" if settings else "tolerance.head"
    columns = (texts(f"tolerance.column.{name}") for name in ("waits", "gave_up", "then"))
    lines = [texts(head, version=version, settings=settings), "", _line("", *columns)]
    lines += [_row(tolerance, texts) for tolerance in found.waits]
    if any(tolerance.gave_up_s is None for tolerance in found.waits):
        lines += ["", texts("tolerance.limit", upto=format_duration(found.upto_s))]
    return "\n".join(line.rstrip() for line in lines)


def _row(tolerance: Tolerance, texts: Texts) -> str:
    words, stood = texts(f"tolerance.wait.{tolerance.wait.value}"), format_duration(tolerance.stood_s)
    if tolerance.gave_up_s is None:
        return _line(words, stood, "-", "")
    reaction = texts(f"reaction.{tolerance.reaction.name.lower()}") if tolerance.reaction else "-"
    then = texts("tolerance.then", reaction=reaction, outcome=tolerance.outcome)
    return _line(words, stood, format_duration(tolerance.gave_up_s), then)


def _line(wait: str, stood: str, gave_up: str, then: str) -> str:
    first, second, third = _WIDTHS
    return f"{padded(wait, first)}{_right(stood, second)}{_right(gave_up, third)}  {then}"


def _right(text: str, columns: int) -> str:
    """Fill a text up with spaces before it."""
    return " " * (columns - width(text)) + text
