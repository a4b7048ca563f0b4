"""Sentences and figures of all renderers, plain and without mark-up.

Strangers are quoted (causes, names): control characters are gone, and mark-up is the renderer's to escape.
"""

from probe.model.comparison import Difference, Unit
from probe.model.report_sections import Gate
from probe.model.statistics import Estimate, Figure
from probe.model.verdict import Answer
from probe.render.numbers import (
    NOTHING,
    count_text,
    duration_text,
    estimate_ms,
    estimate_number,
    estimate_share,
    figure_interval,
    figure_text,
    points_text,
    range_text,
)
from probe.render.phrases import (
    cause_words,
    flag_words,
    note_sentence,
    outcome_words,
    paragraph,
    party_words,
)
from probe.render.provenance import facts
from probe.render.verdict_sentences import kind_sentences, verdict_line, verdict_paragraph, verdict_sentences
from probe.sanitise import printable
from probe.texts import ALL, Texts

__all__ = [
    "answer_words",
    "bare_value",
    "cause_words",
    "comparison_words",
    "estimate_ms",
    "estimate_share",
    "facts",
    "failed_gate_line",
    "figure_interval",
    "figure_text",
    "flag_words",
    "gate_observed",
    "kind_sentences",
    "note_sentence",
    "outcome_words",
    "paragraph",
    "party_words",
    "quantity_value",
    "quantity_words",
    "verdict_line",
    "verdict_paragraph",
    "verdict_sentences",
]


def answer_words(answer: Answer, texts: Texts) -> str:
    """Return the answer in capitals: `COLD`, `NO COLD EFFECT`, `UNDECIDED`."""
    return texts(f"answer.{answer.value}")


def failed_gate_line(gate: Gate, texts: Texts) -> str:
    """Return a line on a gate that failed."""
    return texts("result.gate", gate=gate.expression, observed=gate_observed(gate, texts))


def gate_observed(gate: Gate, texts: Texts) -> str:
    """Return what a gate saw: `38 % (14 % to 69 %), 3 of 8`, `> 3 m 00 s`, `2 of 15`, `COLD`, or nothing."""
    if gate.word is not None:
        return texts(f"answer.{gate.word}") if gate.word in set(Answer) else printable(gate.word)
    if gate.figure is not None:
        return figure_text(gate.figure, texts)
    if gate.unmeasured is not None:
        return texts("gate.nothing_of", label=printable(gate.unmeasured))
    if gate.estimate is None:
        return texts("gate.nothing") if gate.count is None else count_text(gate.count)
    if gate.count is None:
        return quantity_value(gate.estimate, gate.unit, texts)
    count = texts("count_of", count=count_text(gate.count), n=count_text(gate.estimate.n))
    if gate.unit is Unit.COUNT:
        return count
    return texts("join.clauses").join((quantity_value(gate.estimate, gate.unit, texts), count))


def quantity_words(quantity: str, texts: Texts) -> str:
    """Name a quantity: `failure rate`, `calls that came to overloaded`, `time in wait`."""
    kind, _, name = quantity.partition(".")
    if name:
        words = texts(quantity) if kind == "phase" and quantity in ALL else printable(name)
        return texts(f"quantity.{kind}", name=words)
    return texts(f"quantity.{quantity}") if f"quantity.{quantity}" in ALL else printable(quantity)


def quantity_value(value: Estimate | Figure | None, unit: Unit, texts: Texts) -> str:
    """Return a value of a comparison or gate, with its interval."""
    if value is None:
        return NOTHING
    if isinstance(value, Figure):
        interval = figure_interval(value, texts)
        text = figure_text(value, texts)
        return text if interval == NOTHING else texts("with_interval", value=text, interval=interval)
    match unit:
        case Unit.SHARE:
            return estimate_share(value, texts)
        case Unit.MS:
            return estimate_ms(value, texts)
        case _:
            return estimate_number(value, texts)


def difference_text(difference: Estimate | None, unit: Unit, texts: Texts) -> str:
    """Return candidate minus base with its sign: `+15 points (3 to 27)`, `−400 ms (−900 ms to 100 ms)`."""
    if difference is None:
        return NOTHING
    nothing = unit is Unit.MS and duration_text(difference.value) == duration_text(0)
    plus = "+" if difference.value > 0 and not nothing else ""
    if unit is not Unit.SHARE:
        return plus + quantity_value(difference, unit, texts)
    text = texts("points", value=plus + points_text(difference.value))
    if difference.low is None or difference.high is None:
        return text
    interval = range_text(points_text(difference.low), points_text(difference.high), texts)
    return texts("with_interval", value=text, interval=interval)


def comparison_words(difference: Difference, texts: Texts) -> str:
    """Say `call1, failure rate: worse. 20 % against 5 %, a difference of +15 points (3 to 27).`."""
    return texts(
        "comparison.sentence" if difference.difference else "comparison.values",
        label=printable(difference.label),
        quantity=quantity_words(difference.quantity, texts),
        judgement=texts(f"judgement.{difference.judgement.value}"),
        base=bare_value(difference.base, difference.unit, texts),
        candidate=bare_value(difference.candidate, difference.unit, texts),
        difference=difference_text(difference.difference, difference.unit, texts),
    )


def bare_value(value: Estimate | Figure | None, unit: Unit, texts: Texts) -> str:
    """Return a value without its interval."""
    if isinstance(value, Figure):
        return figure_text(value, texts)
    if value is not None and unit is Unit.MS:
        return duration_text(value.value)
    return quantity_value(value.model_copy(update={"low": None, "high": None}) if value else None, unit, texts)
