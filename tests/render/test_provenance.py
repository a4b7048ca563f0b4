"""The facts of where figures come from."""

from typing import Any

from probe.model.choices import EndReason
from probe.model.report_sections import RunSource, Section
from probe.model.run_manifest import ClientInfo, Options
from probe.render import sentences as say
from probe.render.provenance import facts, machine_words
from probe.texts import Texts
from tests.builders import START, manifest, scenario, step, target_info
from tests.render.sections import (
    cold_section,
    section,
)
from tests.render.spoken import BOTH, EN


@BOTH
def test_facts_name_where_figures_come_from(texts: Texts) -> None:
    found = list(say.facts(cold_section(), texts))
    values = [value for _, value in found]
    assert len({name for name, _ in found}) == len(found)
    for part in ("sk-...wxyz", "claude 2.1.329", "glm-4.7", "API_TIMEOUT_MS=60000", "20261121T073000Z", "0a1b2c3d"):
        assert any(part in value for value in values), part
    assert len(list(say.facts(section(manifest=None), texts))) == 3


def fact(name: str, of: Section | None = None, **changes: Any) -> str | None:
    """Return a fact of a section, made of a manifest with these changes."""
    of = of or section(manifest=manifest(**changes))
    return dict(facts(of, EN)).get(EN(f"fact.{name}"))


def test_each_run_has_its_time_and_its_end() -> None:
    first, second = (
        RunSource(run_id="a", created_at=START, rounds_finished=1, end=EndReason.COMPLETED),
        RunSource(run_id="b", created_at=None, rounds_finished=1, end=None),
    )
    told = fact("runs", section(runs=(first, second)))
    ended, cut_off = "the run ended as planned", "it is still running, or ended unexpectedly"
    assert told == f"a (2026-11-21 07:30:00 UTC, {ended}), b ({cut_off})"
    assert fact("runs", section(runs=())) == "–"


def test_plain_http_has_no_client_s_workload_retries_or_output() -> None:
    options = Options(rounds=2, prime=True)
    plain: dict[str, Any] = {
        "driver": "messages",
        "client": ClientInfo(program="messages", version="0.1"),
        "options": options,
    }
    assert fact("workload", **plain) == fact("retries", **plain) == EN("fact.none")
    assert fact("driver", **plain) == "messages"
    assert fact("primed", **plain) == "no"
    assert fact("driver") == "claude-print, stream-json"
    assert fact("retries") == EN("fact.default")
    assert fact("retries", options=Options(rounds=2, client_retries=0)) == "0"


def test_a_client_of_no_known_version_or_place_is_said_to_be_one() -> None:
    told = fact("client", client=ClientInfo(program="claude"))
    assert told == f"claude {EN('fact.version_unknown')} (–)"
    with_sdk = fact("client", client=ClientInfo(program="claude", version="2.1", sdk="0.1.9", source="PATH"))
    assert with_sdk == "claude 2.1, claude-agent-sdk 0.1.9 (PATH)"


def test_what_a_target_has_not_is_said_to_be_none() -> None:
    bare = target_info(token_masked=None, env={}, faults=())
    assert (fact("token", target=bare), fact("variables", target=bare)) == ("none", "none")
    assert fact("faults", target=bare) is None
    hostile = target_info(faults=("hang", "stall"), env={"A": "1\n2"})
    assert fact("faults", target=hostile) == "hang; stall"
    assert "\n" not in (fact("variables", target=hostile) or "")


def test_idle_times_and_vantages_stand_there_where_there_are_any() -> None:
    assert fact("gap") == EN("fact.none")
    assert fact("gap", script=scenario(gap="2m")) == "2 m 00 s"
    assert fact("gap", script=scenario(step(), step("call2"), gap="5s", gap_upto="15m")) == "5.00 s to 15 m 00 s"
    assert fact("vantage") is None
    assert fact("vantage", vantage="fra") == "fra"


def test_a_machine_whose_memory_is_not_known_has_its_processors() -> None:
    machine = manifest().machine.model_copy(update={"memory_bytes": None})
    assert machine_words(machine, EN) == "0a1b2c3d: Linux 6.1 x86_64, 2 CPUs, Python 3.11.7"
    assert "8 GiB" in machine_words(manifest().machine, EN)


def test_what_could_not_be_read_is_counted_by_file() -> None:
    assert fact("corrupt", section(corrupt={"journal.jsonl": 2, "a\x1bb": 1})) == "journal.jsonl: 2, a�b: 1"
    assert fact("corrupt", section()) is None
