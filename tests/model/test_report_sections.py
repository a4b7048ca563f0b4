"""A report's sections: their order, their gates, and the name of the whole."""

from typing import Any

from probe.model.choices import Role, UpstreamKind
from probe.model.comparison import Unit
from probe.model.health import HealthWord
from probe.model.report_sections import Gate, RankedTarget, Report, RunSource, Section
from tests.builders import manifest, target_info
from tests.stats.sections import section, step


def report(*sections: Section, **changes: Any) -> Report:
    return Report(probe_version="0.1.0", sections=sections, **changes)


def ranked(name: str, rank: int) -> RankedTarget:
    return RankedTarget(
        name=name,
        rank=rank,
        health=HealthWord.OK,
        n=1,
        failed=0,
        recovered=0,
        failure_rate=None,
        success_median_ms=None,
        verdict=None,
    )


def test_the_worst_target_comes_first_and_controls_last() -> None:
    control = section(step(), name="a", role=Role.CONTROL)
    better, worse = section(step(), name="b"), section(step(), name="c")
    made = report(control, better, worse, ranking=(ranked("c", 1), ranked("b", 2)))
    assert [each.name for each in made.worst_first] == ["c", "b", "a"]
    assert [each.name for each in made.targets] == ["b", "c"]


def test_without_a_ranking_sections_stay_in_their_order() -> None:
    made = report(section(step(), name="b"), section(step(), name="a"))
    assert [each.name for each in made.worst_first] == ["b", "a"]


def test_a_report_is_named_after_its_one_run_or_its_sections() -> None:
    relay = section(step(), name="relay")
    pooled = relay.model_copy(
        update={"runs": (*relay.runs, RunSource(run_id="b", created_at=None, rounds_finished=1, end=None))}
    )
    assert report(relay).title == relay.runs[0].run_id
    assert report(pooled).title == "relay"
    assert report(relay, section(step(), name="other"), relay).title == "relay + other"


def test_failed_gates_are_those_of_all_sections() -> None:
    good, bad = (Gate(expression=f"n < {n}", failed=n > 1, unit=Unit.COUNT) for n in (1, 2))
    first, second = section(step(), gates=(good, bad)), section(step(), gates=(bad, bad))
    assert first.failed_gates == (bad,)
    assert report(first, second).failed_gates == (bad, bad, bad)


def test_a_section_counts_all_calls_and_knows_a_made_up_upstream() -> None:
    embedded = manifest(target=target_info(kind=UpstreamKind.EMBEDDED))
    assert section(step(n=10), step("call2", n=9)).n == 19
    assert [section(step(), provenance=made).embedded for made in (manifest(), embedded)] == [False, True]
    assert not section(step()).model_copy(update={"manifest": None}).embedded
