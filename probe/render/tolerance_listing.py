"""The waits of a client, as a table for a terminal."""

from probe.model.tolerance_report import Tolerance, Tolerances
from probe.sanitise import printable
from probe.units import format_duration

_WORDS = {
    "first-byte": "for the first byte",
    "gap": "for the next byte of a stream",
    "whole-answer": "for a whole answer that keeps coming",
}
_ROW = "{:<38}{:>12}{:>14}  {}"


def render_tolerances(found: Tolerances) -> str:
    """Return a line for each wait: how long it was stood, when it was given up, and what the client did then."""
    version = printable(found.client.version or "of an unknown version", 40)
    settings = "".join(f" {printable(f'{name}={value}', 80)}" for name, value in found.environment.items())
    lines = [f"Claude Code {version} waits{f' with{settings}' if settings else ''}:", ""]
    lines.append(_ROW.format("", "stood", "gave up at", "and then"))
    lines += [_row(each) for each in found.waits]
    if any(each.gave_up_s is None for each in found.waits):
        lines += ["", f"No longer wait than {format_duration(found.upto_s)} was tried (--upto)."]
    return "\n".join(line.rstrip() for line in lines)


def _row(tolerance: Tolerance) -> str:
    words, stood = _WORDS[tolerance.wait], format_duration(tolerance.stood_s)
    if tolerance.gave_up_s is None:
        return _ROW.format(words, stood, "-", "")
    then = f"{tolerance.reaction}; the call came to: {tolerance.outcome}"
    return _ROW.format(words, stood, format_duration(tolerance.gave_up_s), then)
