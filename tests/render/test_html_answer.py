"""The first screen of the page: health, who answers for failures, what to do, whether first calls are worse."""

import pytest

from probe.model.choices import Language, Role
from probe.model.health import HealthWord
from probe.model.report_sections import Report, Section
from probe.model.verdict import Answer
from probe.render.health_sentences import actions, fault_line, health_sentence
from probe.render.sentences import verdict_paragraph
from probe.texts import Texts
from tests.render.html_reader import Element, page, table
from tests.render.samples import control, healthy, report, rich_report, section, several_report, verdict
from tests.render.sections import health, statistics

EN = Texts()


def of_health(word: HealthWord) -> Section:
    made = section()
    return made.model_copy(update={"health": made.health.model_copy(update={"word": word, "calls_to_ok": 3})})


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("word", HealthWord)
def test_health_comes_first_in_a_word_with_a_colour_of_its_own_and_a_sentence(
    word: HealthWord, language: Language
) -> None:
    texts = Texts(language)
    judged = of_health(word)
    (shown,) = page(report(judged), texts).all("section")
    assert shown.attributes["class"] == f"target {word.value.lower()}"
    (badge,) = shown.with_class("badge")
    assert badge.text == f"{texts('html.health')} {texts(f'health.{word.value}')}"
    assert shown.with_class("lead")[0].text == health_sentence(judged.health, texts)
    order = [each.attributes.get("class") or "" for each in shown.all("div", "dl", "figure", "details")]
    assert order[:4] == ["health", "faults", "answers", "rounds wide"]


@pytest.mark.parametrize("language", Language)
def test_the_fault_line_is_said_as_everywhere_and_drawn_as_a_bar(language: Language) -> None:
    texts = Texts(language)
    (faults,) = page(texts=texts).with_class("faults")
    said = faults.all("p")[0].text
    assert said.replace(" ", "") == fault_line(section().health, texts).replace(" ", "")
    bars = faults.all("rect")
    assert [each.attributes["class"] for each in bars] == ["f-relay"]
    assert (bars[0].attributes["x"], bars[0].attributes["width"]) == ("0.0%", "100.0%")


def test_without_a_failure_there_is_a_line_and_no_bar() -> None:
    steps = (statistics("call1", 30), statistics("call2", 30))
    shown = page(report(section(steps=steps, health=health(steps))))
    (faults,) = shown.with_class("faults")
    assert faults.text == "No failures"
    assert faults.all("svg") == []


def answers(root: Element) -> list[str]:
    return [each.text for each in root.with_class("answers")[0].all("dd")]


def test_at_most_three_sentences_say_what_to_do_and_whether_first_calls_are_worse() -> None:
    to_do = list(actions(section(), EN))
    assert len(to_do) == 3
    root = page()
    assert answers(root) == [*to_do[:2], verdict_paragraph(section(), EN)[0]]
    place = root.text.index(EN("html.operator"))
    assert root.text.index(to_do[2]) > place


def test_of_a_target_whose_first_calls_are_worse_it_says_what_to_do_too() -> None:
    cold = healthy().model_copy(update={"verdict": verdict()})
    cold = cold.model_copy(update={"health": health(cold.steps, cold.verdict)})
    assert answers(page(report(cold))) == [EN("action.cold"), verdict_paragraph(cold, EN)[0]]


def test_of_a_target_that_is_down_nobody_asks_whether_first_calls_are_worse() -> None:
    failures = [each for step in section().steps for each in step.outcomes]
    assert failures
    root = page(report(of_health(HealthWord.DOWN)))
    assert answers(root) == list(actions(section(), EN))[:3]
    assert verdict_paragraph(section(), EN)[0] not in root.text


@pytest.mark.parametrize("answer", Answer)
def test_the_reasons_of_the_verdict_stand_behind_a_click(answer: Answer) -> None:
    judged = section(verdict=verdict(answer))
    (shown,) = page(report(judged)).all("section")
    lead, *reasons = verdict_paragraph(judged, EN)
    assert answers(shown)[-1] == lead
    why = next(each for each in shown.all("details") if each.attributes.get("id") == "s1-why")
    assert "open" not in why.attributes
    assert [each.text for each in why.with_class("notes")[0].all("li")] == reasons


def test_the_first_screen_says_what_was_measured_and_when() -> None:
    facts = page().with_class("facts")[0].text
    assert facts == "relay.example · glm-4.7 · 30 rounds, 60 calls · Measured 2026-11-21 07:30 UTC"


def test_limits_of_the_data_are_said_below_the_answer_and_above_the_chart() -> None:
    shown = page(rich_report()).all("section")[1]
    place = shown.text.index(EN("html.health"))
    chart = shown.text.index(EN("html.rounds.title"))
    assert shown.text.index(EN("verdict.control")) < place
    for banner in ("Incomplete: 12 of 30 rounds", "journal.jsonl (lines)"):
        assert place < shown.text.index(banner) < chart
    assert page(rich_report()).all("section")[0].with_class("banner") == []


def test_an_embedded_upstream_is_said_first() -> None:
    embedded = section(manifest=control().manifest)
    (shown,) = page(report(embedded)).all("section")
    assert shown.with_class("banner")[0].text == EN("verdict.embedded")
    assert answers(shown)[-1] == verdict_paragraph(embedded, EN)[1]


def test_a_control_arm_is_folded_after_the_target() -> None:
    root = page(Report.model_validate({"probe_version": "1", "sections": (control(), section())}))
    assert [each.all("h1", "h2")[0].text for each in root.all("section")] == ["relay", "embedded"]
    (arm,) = root.with_class("arm")
    assert "open" not in arm.attributes
    assert [each.all("h2")[0].text for each in arm.all("section")] == ["embedded"]
    assert not [each for each in root.all("caption") if each.text == EN("html.overview")]


def test_several_targets_begin_with_when_and_a_table_of_all_and_come_worst_first() -> None:
    root = page(several_report())
    assert root.all("h1")[0].text == "2 targets"
    assert "Measured 2026-11-21 07:30 UTC" in root.with_class("overview")[0].text
    assert {row[0] for row in table(root, EN("html.overview"))[1:]} >= {"relay", "backup"}
    overview = root.with_class("overview")[0]
    assert [(each.text, each.attributes["href"]) for each in overview.all("a")] == [("relay", "#s1"), ("backup", "#s2")]
    assert [each.attributes["class"] for each in overview.with_class("chip")] == ["chip flaky", "chip ok"]
    names = [each.all("h2")[0].text for each in root.all("section")[:3]]
    assert names == ["relay", "backup", "embedded"]
    assert root.all("title")[0].text == "FLAKY relay · OK backup · probe report"


def test_a_report_of_a_control_arm_alone_shows_it() -> None:
    root = page(report(control()))
    assert root.with_class("arm") == []
    assert control().role is Role.CONTROL
    assert root.all("h1")[0].text == "embedded"
