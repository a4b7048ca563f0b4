"""The arms of a report that are one target, called from several vantages: which are compared."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from probe.model.choices import Role
from probe.model.fault_party import FaultParty
from probe.model.report_sections import Report
from probe.model.run_manifest import Group, GroupArm, MachineInfo
from probe.model.vantage_comparison import VantageAnswer
from probe.reporting.build_report import report_of
from probe.store import create_group
from tests.builders import START, manifest, target_info
from tests.truth import Run
from tests.vantages import every, rounds, vantage_group

pytestmark = pytest.mark.usefixtures("quick")

N = 4


def compared(report: Report) -> list[tuple[str, list[str]]]:
    """Return the targets whose vantages were compared, and these."""
    return [(each.target, [figures.vantage for figures in each.figures]) for each in report.vantages]


def other_group(runs: Path, vantage: str, **changes: Any) -> Path:
    """Write a further group, of one vantage."""
    return vantage_group(runs, {vantage: rounds(N)}, name=f"20261122T073000Z-of-{vantage}", **changes)


def test_each_target_is_compared_by_itself_and_vantages_keep_their_order(tmp_path: Path) -> None:
    group = vantage_group(tmp_path, {"sin": rounds(N), "fra": rounds(N)}, targets=("glm", "kimi"))
    assert compared(report_of([group])) == [("glm", ["sin", "fra"]), ("kimi", ["sin", "fra"])]


def test_one_vantage_is_compared_with_none(tmp_path: Path) -> None:
    assert compared(report_of([vantage_group(tmp_path, {"fra": rounds(N)})])) == []
    both = vantage_group(tmp_path, {"fra": rounds(N), "sin": rounds(N)}, name="20261123T073000Z-both")
    assert compared(report_of([both / "arms" / "glm@fra"])) == []


def test_vantages_that_were_never_called_side_by_side_are_not_compared(tmp_path: Path) -> None:
    assert compared(report_of([other_group(tmp_path, "fra"), other_group(tmp_path, "sin")])) == []


def test_a_vantage_of_another_night_alone_is_left_out_of_those_that_were_side_by_side(tmp_path: Path) -> None:
    group = vantage_group(tmp_path, {"fra": rounds(N), "sin": rounds(N)})
    assert compared(report_of([group, other_group(tmp_path, "par")])) == [("glm", ["fra", "sin"])]


def test_machine_and_way_may_differ_and_nothing_else(tmp_path: Path) -> None:
    group = vantage_group(tmp_path, {"fra": rounds(N), "sin": rounds(N)})
    machine = MachineInfo(id="ffffffff", system="Linux", python="3.11.7", cpus=4, memory_bytes=2**30)

    def changed(**changes: Any) -> list[tuple[str, list[str]]]:
        place = group / "arms" / "glm@sin" / "manifest.json"
        before = place.read_text()
        what = manifest().model_validate_json(before).model_copy(update=changes)
        place.write_text(what.model_dump_json())
        found = compared(report_of([group]))
        place.write_text(before)
        return found

    assert changed(machine=machine, way="proxy.example:3128") == [("glm", ["fra", "sin"])]
    assert changed(driver="messages") == []
    assert changed(vantage=None) == []


def test_control_arms_are_not_compared(tmp_path: Path) -> None:
    group = vantage_group(tmp_path, {"fra": rounds(N), "sin": rounds(N)}, role=Role.CONTROL)
    assert compared(report_of([group])) == []


def test_the_reader_s_question_is_taken_instead_of_the_run_s(tmp_path: Path) -> None:
    group = vantage_group(tmp_path, {"fra": rounds(N), "sin": rounds(N)})
    (asked,) = report_of([group], changes={"delta": 0.4}).vantages
    (own,) = report_of([group]).vantages
    assert asked.delta == pytest.approx(own.delta * 0.4 / 0.15, rel=1e-5)


def test_pooled_groups_are_compared_round_by_round_within_each(tmp_path: Path) -> None:
    names = ("20261121T073000Z-one", "20261122T073000Z-two")
    groups = [vantage_group(tmp_path, {"fra": rounds(N), "sin": rounds(N)}, name=name) for name in names]
    (comparison,) = report_of(groups).vantages
    assert (comparison.rounds, comparison.pairs) == (2 * N, 4 * N)


def test_clocks_are_set_right_before_calls_are_paired(tmp_path: Path) -> None:
    """Let the clocks of two vantages differ by a minute, which their manifests say or do not say."""
    ahead = [each.model_copy(update={"started_at": each.started_at + timedelta(minutes=1)}) for each in rounds(N)]
    for offset_ms, pairs in ((60_000.0, 2 * N), (0.0, 0)):
        name = f"20261121T073000Z-{offset_ms:.0f}"
        arms = tuple(GroupArm(name=vantage, directory=f"arms/{vantage}") for vantage in ("fra", "sin"))
        create_group(tmp_path / name, Group(run_id=name, created_at=START, arms=arms, order_seed=1))
        for vantage, calls, offset in (("fra", rounds(N), 0.0), ("sin", ahead, offset_ms)):
            what = manifest(run_id=vantage, target=target_info(name="glm"), vantage=vantage, clock_offset_ms=offset)
            written = Run(what, tuple(zip(calls[::2], calls[1::2], strict=True))).write(tmp_path)
            written.rename(tmp_path / name / "arms" / vantage)
        (comparison,) = report_of([tmp_path / name]).vantages
        assert (comparison.pairs, comparison.left_out) == (pairs, 2 * N - pairs)


def test_sections_have_the_answer_and_failures_are_those_of_the_network_that_has_them(tmp_path: Path) -> None:
    n = 40
    group = vantage_group(tmp_path, {"fra": rounds(n), "sin": rounds(n, every(2, n))})
    report = report_of([group, other_group(tmp_path, "par")])
    fra, sin, par = report.sections
    assert report.vantages[0].answer is VantageAnswer.ONE_WORSE
    assert [each.value for each in fra.vantages] == [each.value for each in sin.vantages] == ["ONE_WORSE"]
    assert par.vantages == ()
    assert [(each.party, each.n) for each in sin.health.faults if each.n] == [(FaultParty.NETWORK, n)]
