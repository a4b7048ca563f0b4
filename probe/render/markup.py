"""Small parts of Markdown: harmless text, tables that are aligned in a terminal too, charts of characters."""

import re
from collections.abc import Iterable, Mapping, Sequence

from probe.model.chart import Charts, Dot, Mark, RoundDots
from probe.render.text_layout import padded, width
from probe.sanitise import printable
from probe.texts import Texts

SIGNS: Mapping[Mark, str] = {Mark.CLEAN: "·", Mark.RECOVERED: "r", Mark.TIMED_OUT: "T", Mark.FAILED: "x"}
_WRAP = 60
_EIGHTHS = " ▏▎▍▌▋▊▉"
_BAR = 24
_WIDEST = 56
"""Columns of a terminal up to which a table's column is filled."""


def plain(value: str) -> str:
    """Make text of strangers harmless: no control characters, no mark-up, no table borders."""
    return re.sub(r"([\\`*_\[\]<>|#~&])", r"\\\1", printable(value))


def quoted(value: str) -> str:
    """Quote text of strangers as a code span, in which no address becomes a link and no name a mention."""
    inside = printable(value).replace("`", "'").replace("|", "¦")
    return f"`{inside}`" if inside else "–"


def outcome_code(outcome: str, cause: str | None) -> str:
    """Write `timed_out: overloaded` as a code span; a cause in a stranger's words follows it, quoted."""
    if cause and re.fullmatch(r"[\w .-]+", cause, re.ASCII):
        return f"`{outcome}: {cause}`"
    return f"`{outcome}`: {quoted(cause)}" if cause else f"`{outcome}`"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], none: str) -> str:
    """Write a GitHub table, its columns aligned; `none` where there are no rows.

    A long cell stands out to the right, rather than that all others are filled up to it, and so does the last column.
    """
    if not rows:
        return none
    widths = [min(max(width(row[column]) for row in (header, *rows)), _WIDEST) for column in range(len(header) - 1)]

    def line(cells: Sequence[str]) -> str:
        filled = (padded(cell, columns) for cell, columns in zip(cells[:-1], widths, strict=True))
        return "| " + " | ".join((*filled, cells[-1])) + " |"

    rule = "|".join("-" * (columns + 2) for columns in (*widths, width(header[-1]) or 1))
    return "\n".join([line(header), f"|{rule}|", *map(line, rows)])


def bar(value: float, most: float) -> str:
    """Draw a horizontal bar, as long as its share of `most`; what is more than nothing shows."""
    if value <= 0 or most <= 0:
        return ""
    eighths = max(1, round(min(value / most, 1.0) * _BAR * 8))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def round_chart(charts: Charts, labels: Sequence[str], texts: Texts) -> str:
    """Write a sign a round for each step, in order of rounds, wrapped; as a block of code."""
    margin = max(map(len, labels), default=0)
    blocks = [_round_lines(part, labels, margin) for part in _parts(charts.rounds)]
    legend = texts("rounds.legend", **{mark.value: sign for mark, sign in SIGNS.items()})
    return "\n".join(["```text", *(line for block in blocks for line in block), "", legend, "```"])


def _parts(rounds: Sequence[RoundDots]) -> Iterable[Sequence[RoundDots]]:
    return (rounds[start : start + _WRAP] for start in range(0, len(rounds), _WRAP))


def _round_lines(rounds: Sequence[RoundDots], labels: Sequence[str], margin: int) -> Iterable[str]:
    numbers = dict.fromkeys((str(rounds[0].number), str(rounds[-1].number)))
    yield f"{'':{margin}}  {'–'.join(numbers)}"
    for label in labels:
        signs = "".join(_sign(each.dots, label) for each in rounds)
        yield f"{label:{margin}}  {signs}".rstrip()


def _sign(dots: Sequence[Dot], label: str) -> str:
    return next((SIGNS[dot.mark] for dot in dots if dot.label == label), " ")
