"""The tables of a report, built once for all formats that have tables."""

from collections.abc import Iterator

from probe.model.health import Health
from probe.model.report_sections import Section
from probe.model.statistics import Estimate, OutcomeCount, StepStatistics
from probe.render.health_sentences import who_acts
from probe.render.numbers import (
    NOTHING,
    estimate_share,
    share_text,
    usage_texts,
)
from probe.render.pair_rows import pair_rows
from probe.render.phrases import cause_beside_name, flag_words, outcome_words
from probe.render.provenance import facts
from probe.render.sentences import gate_observed
from probe.render.table_model import (
    BadgeCell,
    CodeCell,
    CountsCell,
    FigureCell,
    HeadingCell,
    NameCell,
    Table,
    TableRow,
    WordsCell,
    column_names,
    duration,
    number,
    sort_key,
)
from probe.texts import Texts


def calls_table(section: Section, texts: Texts) -> Table:
    """Count how many calls of each step came out how."""
    rows: list[TableRow] = []
    for step in section.steps:
        counts = (step.n, step.ok, step.clean, step.recovered, step.failed, step.timed_out)
        rows.append((_label(step), *map(number, counts), _share(step.failure_rate, texts)))
    columns = column_names("step n ok clean recovered failed timed_out failure_rate", texts)
    return Table("calls", texts("calls.title"), columns, tuple(rows), texts("calls.legend"))


def warmth_table(section: Section, texts: Texts) -> Table:
    """Lay out how many first calls were cold, by the idle time before them."""
    rows = tuple(
        (
            duration(level.idle_ms),
            number(level.n),
            number(level.cold),
            FigureCell(share_text(level.fitted_share, texts), level.fitted_share),
        )
        for level in (section.warmth.levels if section.warmth else ())
    )
    columns = column_names("idle n cold cold_share", texts)
    return Table("warmth", texts("warmth.title"), columns, rows, texts("warmth.legend"))


def pairs_table(section: Section, texts: Texts) -> Table:
    """Hold the first call of each round against its second, with the tests by name."""
    pairs = pair_rows(section, section.pairs, texts) if section.pairs else ()
    rows = tuple((HeadingCell(name), WordsCell(value, long=True)) for name, value in pairs)
    columns = column_names("what is", texts)
    return Table("pairs", texts("pairs.title"), columns, rows, texts("pairs.legend"), facts=True)


def outcomes_table(section: Section, texts: Texts) -> Table:
    """Count what calls came to, with what it means and who has to act; below it the flags."""
    rows = (
        *(_outcome(section.health, step, count, texts) for step in section.steps for count in step.outcomes),
        *(row for step in section.steps for row in _flags(step, texts)),
    )
    step, outcome, *others = column_names("step outcome calls meaning party", texts)
    columns = (step, outcome, texts("html.cause"), *others)
    return Table("outcomes", texts("outcomes.title"), columns, rows, page_only=frozenset({2}))


def _outcome(health: Health, step: StepStatistics, count: OutcomeCount, texts: Texts) -> TableRow:
    words = outcome_words(count.outcome, texts)
    return (
        _label(step),
        CodeCell(count.outcome.value, cause=count.cause),
        WordsCell(cause_beside_name(count.cause, texts), long=True),
        number(count.n),
        WordsCell(texts("row.as_expected", words=words) if count.expected else words),
        WordsCell(NOTHING if count.expected else who_acts(health, count.outcome, count.cause, texts)),
    )


def _flags(step: StepStatistics, texts: Texts) -> Iterator[TableRow]:
    kind = texts("html.flag")
    for flag, count in step.flags.items():
        meaning = WordsCell(flag_words(flag, texts))
        yield _label(step), CodeCell(flag.value, kind=kind), WordsCell(kind), number(count), meaning, WordsCell(NOTHING)


def models_table(section: Section, texts: Texts) -> Table:
    """Lay out which models served, how many tokens were used, and what the client says that it cost."""
    asked = NameCell(section.manifest.target.model) if section.manifest else WordsCell(NOTHING)
    rows = tuple(
        (
            _label(step),
            asked,
            CountsCell(tuple(step.models_served.items())),
            *(FigureCell(words) for words in usage_texts(step.tokens, texts)),
            _share(step.cache.read_share if step.cache else None, texts),
        )
        for step in section.steps
    )
    columns = column_names("step asked served input output cache_read cost cache_share", texts)
    return Table("models", texts("models.title"), columns, rows, texts("models.legend"))


def gates_table(section: Section, texts: Texts) -> Table:
    """Lay out every gate, whether it failed, and what it saw."""
    failed = BadgeCell(texts("gate.failed"), "bad", urgent=True)
    passed = BadgeCell(texts("gate.passed"), "good")
    rows = tuple(
        (
            CodeCell(gate.expression),
            failed if gate.failed else passed,
            WordsCell(gate_observed(gate, texts), foreign=True),
            WordsCell(texts("html.certain") if gate.certain else NOTHING),
        )
        for gate in section.gates
    )
    columns = (*column_names("gate result observed", texts), texts("html.condition"))
    return Table("gates", texts("gates.title"), columns, rows, page_only=frozenset({3}))


def facts_table(section: Section, texts: Texts) -> Table:
    """Lay out where the figures come from."""
    rows = tuple(
        (HeadingCell(name), WordsCell(value, foreign=True, long=True)) for name, value in facts(section, texts)
    )
    note = "" if section.manifest else texts("provenance.unknown")
    return Table("facts", texts("html.facts"), column_names("what is", texts), rows, note, facts=True)


def _label(step: StepStatistics) -> WordsCell:
    return WordsCell(step.label, foreign=True)


def _share(rate: Estimate | None, texts: Texts) -> FigureCell:
    return FigureCell(estimate_share(rate, texts), sort_key(rate.value if rate else None))
