"""Vantages in a report: the sentences that all formats have of them, in both languages."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from probe.model.call import Call
from probe.model.choices import Language
from probe.model.fault_party import FaultParty
from probe.model.outcome import Outcome
from probe.model.report_sections import Report
from probe.model.vantage_comparison import VantageAnswer, VantageFinding
from probe.model.verdict import RoundsToGo
from probe.render.html import render_html
from probe.render.json_report import render_json
from probe.render.markdown import render_markdown
from probe.render.markdown_tables import write_table
from probe.render.terminal_model import Block, TextLine
from probe.render.terminal_report import report_blocks
from probe.render.terminal_result import result_blocks
from probe.render.vantage_sentences import vantage_answer, vantage_details, vantage_table
from probe.reporting.build_report import report_of
from probe.texts import Texts
from tests.render.html_reader import read
from tests.vantages import every, rounds, vantage_group

pytestmark = pytest.mark.usefixtures("quick")

N = 60


@pytest.fixture(scope="module")
def one_worse(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Return a report in which the network of sin fails in every third round, and takes 400 ms to connect."""
    runs = tmp_path_factory.mktemp("runs")
    sin = rounds(N, every(3, N), Outcome.CONNECTION_RESET, connect_ms=400.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        return report_of([vantage_group(runs, {"fra": rounds(N), "sin": sin})])


def answer(tmp_path: Path, calls: Mapping[str, list[Call]], language: Language = Language.EN) -> str:
    report = report_of([vantage_group(tmp_path, calls)])
    (comparison,) = report.vantages
    return vantage_answer(comparison, Texts(language))


def text_of(blocks: Iterable[Block]) -> str:
    lines = (block for block in blocks if isinstance(block, TextLine))
    return "\n".join("".join(span.text for span in line.spans) for line in lines)


def test_the_worse_vantage_is_named_with_its_network_and_how_sure_it_is(one_worse: Report) -> None:
    (comparison,) = one_worse.vantages
    assert vantage_answer(comparison, Texts()) == (
        "sin fails more often than fra: its network (33 points more, 22 to 49; E > 1,000,000). sin is slower than fra: "
        "its network (connecting takes 340 ms longer; E > 1,000,000)."
    )
    assert vantage_answer(comparison, Texts(Language.ZH)) == (
        "sin 比 fra 失败更多：问题在其网络（多 33 个百分点，22 至 49；E > 1,000,000）。sin 比 fra "
        "慢：问题在其网络（建立连接多用 340 ms；E > 1,000,000）。"
    )
    health, kind = vantage_details(comparison, Texts())
    assert health.startswith("All vantages together: FLAKY. 40 of 240 calls failed (17 %")
    assert kind.startswith("40 failures (connection_reset) count as the network's of sin")


def test_the_documents_have_the_answer_and_the_table(one_worse: Report) -> None:
    said = "sin fails more often than fra: its network"
    markdown = render_markdown(one_worse, Texts())
    for part in (
        "## glm from each vantage",
        f"**{said}",
        "| fra     | 120   | 0      | 0 % (at most 2 %)",
        "| 60 ms   | 940 ms | 12 ms ± 3 ms |",
        "40 failures: relay 0 · account 0 · network 40",
        "look at the network of this one",
    ):
        assert part in markdown
    page = read(render_html(one_worse, Texts()))
    assert said in page.text
    assert "−340 ms ± 3 ms" in page.text


def test_the_terminal_has_the_answer(one_worse: Report) -> None:
    for blocks in (report_blocks(one_worse, Texts()), result_blocks(one_worse, Texts())):
        assert "sin fails more often than fra: its network" in text_of(blocks)


def test_json_has_the_answer_and_arms_by_their_names(one_worse: Report) -> None:
    stored = json.loads(render_json(one_worse, Texts()))
    assert stored["vantages"][0]["answer"] == "ONE_WORSE"
    assert [section["name"] for section in stored["sections"]] == ["glm@fra", "glm@sin"]


def test_vantages_of_one_target_are_not_compared_as_two_targets(one_worse: Report) -> None:
    assert one_worse.comparisons == ()


def test_alike_everywhere_is_the_relay(tmp_path: Path) -> None:
    calls = {vantage: rounds(N, every(4, N)) for vantage in ("fra", "sin")}
    assert answer(tmp_path / "en", calls) == (
        "Failures are alike everywhere: the relay. No vantage fails 10 points more often than another. Times are "
        "alike: they differ by less than 25 %."
    )
    assert answer(tmp_path / "zh", calls, Language.ZH).startswith("各处失败相当：问题在中转。")


def test_what_the_relay_answers_one_vantage_alone_is_not_its_network(tmp_path: Path) -> None:
    said = answer(tmp_path, {"fra": rounds(N), "sin": rounds(N, every(3, N), Outcome.OVERLOADED)})
    assert "but with answers of the relay, which treats this vantage differently" in said


def test_few_rounds_say_how_many_more(tmp_path: Path) -> None:
    said = answer(tmp_path, {"fra": rounds(8), "sin": rounds(8)})
    assert said.startswith("Cannot tell yet whether one vantage is worse: about ")
    assert said.endswith(" more rounds.")


def test_targets_are_compared_at_the_same_vantage(tmp_path: Path) -> None:
    calls = {"fra": rounds(8), "sin": rounds(8)}
    report = report_of([vantage_group(tmp_path, calls, targets=("glm", "kimi"))])
    assert [(each.base, each.candidate) for each in report.comparisons] == [
        ("glm@fra", "kimi@fra"),
        ("glm@sin", "kimi@sin"),
    ]
    assert [each.target for each in report.vantages] == ["glm", "kimi"]
    assert "glm: Cannot tell yet" in text_of(result_blocks(report, Texts()))


def test_a_table_has_a_row_for_each_vantage(one_worse: Report) -> None:
    table = vantage_table(one_worse.vantages[0], Texts())
    assert [getattr(row[0], "text", "") for row in table.rows] == ["fra", "sin"]
    assert "0 pairs that did not" in table.note


# What is rare, by figures that are set


def changed(report: Report, **fields: object) -> str:
    """Return the answer of the comparison with other figures."""
    (comparison,) = report.vantages
    return vantage_answer(comparison.model_copy(update=fields), Texts())


def finding(answer: VantageAnswer, low: int | None = None, high: int | None = None) -> VantageFinding:
    to_go = None if answer is VantageAnswer.ALIKE else RoundsToGo(low=low, high=high, looked_ahead=400)
    return VantageFinding(answer=answer, pairs=9, to_go=to_go)


def test_vantages_whose_calls_never_coincide_cannot_be_compared(one_worse: Report) -> None:
    assert changed(one_worse, pairs=0).startswith("The vantages cannot be compared: none of their calls")


def test_a_vantage_that_was_worse_and_then_better_tells_of_a_change(one_worse: Report) -> None:
    (comparison,) = one_worse.vantages
    (worse,) = comparison.failures.worse
    before = comparison.failures.model_copy(update={"worse": (worse.model_copy(update={"still": False}),)})
    assert "Later it was the other way round, so something changed between sin and fra." in changed(
        one_worse, failures=before
    )


@pytest.mark.parametrize(
    ("low", "high", "more"),
    [
        (12, 40, "about 12 to 40 more rounds"),
        (12, 12, "about 12 more rounds"),
        (1, 1, "about 1 more round"),
        (12, None, "at least 12 more rounds, perhaps more than 400"),
        (None, None, "more than 400 more rounds"),
    ],
)
def test_how_many_more_rounds_it_takes(one_worse: Report, low: int | None, high: int | None, more: str) -> None:
    open_times = finding(VantageAnswer.CANNOT_TELL, low=low, high=high)
    said = changed(one_worse, failures=finding(VantageAnswer.ALIKE), times=open_times)
    assert said.endswith(f"Cannot tell yet whether one vantage is slower: {more}.")


def test_failures_of_networks_that_are_alike_everywhere_are_no_single_network_s(one_worse: Report) -> None:
    alike = finding(VantageAnswer.ALIKE)
    said = changed(one_worse, failures=alike, times=alike, party=FaultParty.NETWORK)
    assert said.startswith("Failures are alike everywhere, so they are no single network's.")


def test_a_clock_that_is_not_known_or_not_known_well(one_worse: Report) -> None:
    (comparison,) = one_worse.vantages
    (first, second) = comparison.figures
    figures = (
        first.model_copy(update={"clock_offset_ms": None}),
        second.model_copy(update={"clock_offset_ms": 3.0, "clock_error_ms": None}),
    )
    table = write_table(vantage_table(comparison.model_copy(update={"figures": figures}), Texts()), Texts())
    assert [line.split("|")[-2].strip() for line in table.splitlines()[2:4]] == ["–", "3 ms"]
