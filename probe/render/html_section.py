"""A section as the page's template takes it: the answer, then what stands below it: figures, charts, tables, calls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from probe.model.chart import Mark
from probe.model.choices import Role
from probe.model.note import ABOUT_THE_DATA
from probe.model.report_sections import Section
from probe.model.statistics import Bound, Estimate, Figure, StepStatistics
from probe.render import charts, report_tables, time_tables
from probe.render.call_anchors import CallKey
from probe.render.html_answer import AnswerView, answer_view, target_facts
from probe.render.html_calls import CallsView
from probe.render.html_operator import drawn_operator
from probe.render.html_tables import drawn_table
from probe.render.numbers import NOTHING, count_text, duration_text, range_text, rising, share_text
from probe.render.phrases import counted
from probe.render.sentences import figure_interval, figure_text, kind_sentences, note_sentence, paragraph
from probe.render.svg import LINK_TO_CALL
from probe.texts import ALL, Texts


@dataclass(frozen=True)
class Track:
    """An interval on a line from 0 to 100 %."""

    value: float
    low: float
    length: float


@dataclass(frozen=True)
class Fact:
    """A figure of a card."""

    name: str
    value: str
    interval: str = ""
    track: Track | None = None


@dataclass(frozen=True)
class Card:
    """The figures of one step at a glance."""

    label: str
    n: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Drawing:
    """A chart with its heading; a wide one is drawn twice, for a page and for a phone.

    `told` is what it shows in words, where the drawing does not say it itself.
    """

    name: str
    classes: str
    title: str
    told: str
    svg: Markup
    caption: str


@dataclass(frozen=True)
class SectionView:
    """A section as the page shows it. The calls come last, where the page has room for them.

    `id` begins the ids of its parts; a control arm is `folded`.
    """

    id: str
    name: str
    folded: bool
    facts: tuple[str, ...]
    banners: tuple[str, ...]
    limits: tuple[str, ...]
    answer: AnswerView
    rounds: Drawing | None
    notes: tuple[str, ...]
    cards: tuple[Card, ...]
    drawings: tuple[Drawing, ...]
    gates: Markup
    tables: tuple[Markup, ...]
    operator: Markup
    provenance: Markup
    calls: CallsView | None = None


def section_view(
    section: Section, name: str, when: str, anchors: Mapping[CallKey, str], texts: Texts, draw: charts.Draw
) -> SectionView:
    """Build what the template takes.

    `name` is unique in the page, `when` says when it was measured, `anchors` are the ids of calls that can be opened.
    """
    limits = [note_sentence(note, texts) for note in section.notes if note.code in ABOUT_THE_DATA]
    drawings = {drawing.name: drawing for drawing in _drawings(section, anchors, texts, draw)}
    return SectionView(
        id=name,
        name=section.name,
        folded=section.role is Role.CONTROL,
        facts=tuple(target_facts(section, when, texts)),
        banners=kind_sentences(section, texts),
        limits=tuple(limits),
        answer=answer_view(section, texts),
        rounds=drawings.pop("rounds", None),
        notes=tuple(note_sentence(note, texts) for note in section.notes if note.code not in ABOUT_THE_DATA),
        cards=tuple(_card(step, texts) for step in section.steps),
        drawings=tuple(drawings.values()),
        gates=drawn_table(report_tables.gates_table(section, texts), f"{name}-gates"),
        tables=tuple(_tables(section, name, texts)),
        operator=drawn_operator(section, f"{name}-incidents", anchors, texts),
        provenance=drawn_table(report_tables.facts_table(section, texts), f"{name}-facts"),
    )


def _tables(section: Section, name: str, texts: Texts) -> Iterator[Markup]:
    """Yield all tables that are not empty, in the page's order."""
    in_order = (
        report_tables.warmth_table(section, texts),
        report_tables.calls_table(section, texts),
        time_tables.durations_by_step(section, texts),
        time_tables.finished_table(section, texts),
        report_tables.pairs_table(section, texts),
        time_tables.phases_by_step(section, texts),
        report_tables.outcomes_table(section, texts),
        report_tables.models_table(section, texts),
    )
    return (drawn_table(table, f"{name}-{table.id}") for table in in_order if table.rows)


def _card(step: StepStatistics, texts: Texts) -> Card:
    facts = [_rate(step.failure_rate, texts)]
    quantiles = rising(step.durations.success_quantiles) if step.durations else {}
    names = [name for name in ("p50", "p90") if name in quantiles]
    facts += [_quantile(texts(f"quantity.{name}_duration"), quantiles[name], texts) for name in names]
    if step.durations and step.durations.failures.n:
        facts.append(Fact(texts("row.failed_after"), duration_text(step.durations.failures.median_ms)))
    if step.ttft_median:
        facts.append(_quantile(texts("html.ttft"), step.ttft_median, texts))
    return Card(step.label, counted("run.calls", step.n, texts), tuple(facts))


def _rate(rate: Estimate | None, texts: Texts) -> Fact:
    name = texts("column.failure_rate")
    if rate is None:
        return Fact(name, NOTHING)
    low, high = rate.low or 0.0, 1.0 if rate.high is None else rate.high
    ends = share_text(low, texts), share_text(high, texts)
    interval = range_text(*ends, texts) if rate.value or low else texts("at_most", value=ends[1])
    track = Track(round(100 * rate.value, 1), round(100 * low, 1), round(100 * (high - low), 1))
    return Fact(name, share_text(rate.value, texts), interval, track)


def _quantile(name: str, figure: Figure, texts: Texts) -> Fact:
    if figure.bound is Bound.TOO_FEW and figure.value_ms is not None:
        bare = figure.model_copy(update={"bound": Bound.EXACT})
        return Fact(name, f"≥ {figure_text(bare, texts)}", texts("too_few"))
    interval = figure_interval(figure, texts)
    return Fact(name, figure_text(figure, texts), "" if interval == NOTHING else interval)


def _drawings(section: Section, anchors: Mapping[CallKey, str], texts: Texts, draw: charts.Draw) -> Iterator[Drawing]:
    for_a_phone = dict(charts.wide_charts(section, texts, charts.NARROW, anchors))
    for name, spec in charts.section_charts(section, texts, anchors):
        drawn = charts.svg(spec, draw)
        if name in for_a_phone:
            drawn += charts.svg(for_a_phone[name], draw)
        svg = Markup(drawn)  # noqa: S704  # escaped by the library that drew it
        classes = f"{name} wide" if name in for_a_phone else name
        told = spec["description"] if LINK_TO_CALL in drawn else ""
        caption = paragraph(_caption(section, name, texts), texts)
        yield Drawing(name, classes, texts(f"html.{name}.title"), told, svg, caption)


def _caption(section: Section, name: str, texts: Texts) -> Iterator[str]:
    """Yield what stands below a chart; of arrows only where there are any."""
    if f"html.{name}.caption" in ALL:
        yield texts(f"html.{name}.caption")
    drawn = section.charts
    arrows = {
        "rounds": any(dot.mark is Mark.TIMED_OUT for each in drawn.rounds for dot in each.dots),
        "ecdf": any(each.censored for each in drawn.ecdfs),
    }
    if arrows.get(name):
        yield texts(f"html.{name}.arrow")
    if name == "rounds" and len(drawn.rounds) < drawn.rounds_total:
        yield texts("rounds.some", shown=count_text(len(drawn.rounds)), total=count_text(drawn.rounds_total))
