"""The charts: what they draw, in words and shapes, and that the SVG is safe to stand in a page."""

from xml.etree import ElementTree as ET

import pytest

from probe.model.chart import Charts, Dot, Ecdf, Mark
from probe.model.choices import Language
from probe.model.outcome import Outcome
from probe.render import charts
from probe.render.phrases import counted
from probe.texts import Texts
from tests.render.drawn_charts import DRAW, EN, SECTION, drawn, words
from tests.render.samples import section


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", DRAW)
def test_a_chart_is_an_image_with_a_name_that_tells_what_it_shows(name: str, language: Language) -> None:
    texts = Texts(language)
    root = drawn(DRAW[name](SECTION, texts))
    assert root.get("role") == "img"
    told = root.get("aria-label", "")
    assert told.startswith(texts(f"chart.{name}.told", rounds=counted("rounds", 30, texts), told="|").partition("|")[0])
    assert "call1" in told
    assert "call2" in told
    assert root.get("viewBox", "").startswith("0 0 ")
    assert {"width", "height"}.isdisjoint(root.attrib)


def test_charts_without_anything_to_show_are_left_out() -> None:
    assert list(charts.section_charts(section(charts=Charts(), steps=()), EN)) == []
    assert [name for name, _ in charts.section_charts(SECTION, EN)] == list(DRAW)


@pytest.mark.parametrize("rounds", [1, 2, 300])
def test_charts_of_few_and_of_many_rounds_can_be_drawn(rounds: int) -> None:
    for name, spec in charts.section_charts(section(rounds), EN):
        root = drawn(spec)
        assert "NaN" not in ET.tostring(root, encoding="unicode"), name
        assert len(charts.svg(spec)) < 200_000, name


def test_a_single_call_that_timed_out_can_be_drawn() -> None:
    ends = Ecdf(label="call1", n=1, points=(), censored=1, horizon_ms=180_000)
    dot = Dot(label="call1", wall_ms=180_000, mark=Mark.TIMED_OUT, outcome=Outcome.TIMED_OUT)
    lonely = SECTION.charts.rounds[0].model_copy(update={"dots": (dot,)})
    single = section(charts=Charts(rounds=(lonely,), rounds_total=1, ecdfs=(ends,)))
    for name, spec in charts.section_charts(single, EN):
        assert "NaN" not in ET.tostring(drawn(spec), encoding="unicode"), name
    assert "call1: 1 of 1 failed" in words(drawn(charts.ecdf_chart(single, EN)))
