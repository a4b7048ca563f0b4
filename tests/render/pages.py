"""Pages of all situations, by name, as the tests with a browser open them."""

from collections.abc import Callable

from probe.model.chart import Charts, Mark
from probe.model.choices import Language
from probe.model.health import HealthWord
from probe.model.outcome import Outcome
from probe.model.report_sections import Report
from probe.render.html import render_html
from probe.texts import Texts
from tests.render.samples import (
    HOSTILE,
    charts,
    healthy,
    incident,
    report,
    rich_report,
    section,
    several_report,
    waterfall,
)
from tests.render.sections import health, statistics


def down() -> Report:
    """Build a target all of whose calls fail."""
    steps = tuple(statistics(label, 4, (Outcome.BAD_GATEWAY, "503", 4)) for label in ("call1", "call2"))
    calls = [(number, label) for number in (3, 9, 13, 19) for label in ("call1",)]
    return report(
        section(
            steps=steps,
            health=health(steps),
            verdict=None,
            pairs=None,
            charts=Charts(rounds=charts(3).rounds[2:], rounds_total=1),
            incidents=tuple(incident(*call) for call in calls),
            incidents_total=4,
            waterfalls=tuple(waterfall(*call) for call in calls),
        )
    )


def unknown() -> Report:
    """Build a target with one call, which succeeded."""
    steps = (statistics("call1", 1),)
    judged = health(steps).model_copy(update={"word": HealthWord.UNKNOWN, "calls_to_ok": 18})
    rounds = tuple(each.model_copy(update={"dots": each.dots[:1]}) for each in charts(1).rounds)
    return report(
        section(
            steps=steps, health=judged, verdict=None, pairs=None, incidents=(), incidents_total=0, gates=(), notes=(),
            rounds_finished=1, charts=Charts(rounds=rounds, rounds_total=1), waterfalls=(waterfall(1, "call1"),),
        )
    )  # fmt: skip


def hostile() -> Report:
    """Build a target whose names and addresses try to break out."""
    manifest = section().manifest
    assert manifest is not None
    target = manifest.target.model_copy(update={"base_url": HOSTILE, "model": HOSTILE, "token_masked": HOSTILE})
    return report(section(name=HOSTILE, manifest=manifest.model_copy(update={"target": target})))


def thousand() -> Report:
    """Build a target of 1000 rounds, as it is stored: charts are thinned."""
    large = section(1000)
    assert {each.mark for each in large.waterfalls} == set(Mark)
    drawn = large.charts.model_copy(update={"rounds": large.charts.rounds[:300]})
    return report(large.model_copy(update={"charts": drawn, "waterfalls": large.waterfalls[:150]}))


REPORTS: dict[str, Callable[[], Report]] = {
    "everything": rich_report,
    "down": down,
    "ok": lambda: report(healthy()),
    "unknown": unknown,
    "several": several_report,
    "hostile": hostile,
    "thousand": thousand,
}


def html_of(name: str, language: Language = Language.EN) -> str:
    """Return a page as it is written."""
    return render_html(REPORTS[name](), Texts(language))
