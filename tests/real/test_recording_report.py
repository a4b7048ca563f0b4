"""Reports of a session of the real client, recorded before an upstream that misbehaves, tell what that did."""

import json
from pathlib import Path
from typing import Any

import pytest

from probe.upstream import EmbeddedUpstream, ServedRequest, parse_fault
from tests.conftest import Probe
from tests.real.support import MODEL
from tests.upstream.support import wait_until

pytestmark = pytest.mark.real

FAULTS = (
    "status(code=529, request=1, times=1)",
    "bad_json(request=1, after_calls=1, times=1)",
    "stall(after=2, pause=1500ms, after_calls=2, times=1)",
    "status(code=403, after_calls=3, times=1)",
)
"""Of five calls the first is refused once, the next breaks, the next stalls, and the next is refused for good."""
CALLS = 5
QUIET = dict.fromkeys(
    ("DISABLE_TELEMETRY", "DISABLE_ERROR_REPORTING", "DISABLE_AUTOUPDATER", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"),
    "1",
)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, real_client: str) -> tuple[Probe, list[ServedRequest]]:
    """Record one session with a home of its own, and return it with what the upstream saw."""
    folder = tmp_path_factory.mktemp("session")
    token = {"ANTHROPIC_AUTH_TOKEN": "probe-made-up-token", "ANTHROPIC_MODEL": MODEL}
    person = Probe(folder, QUIET | token)
    loop = f'for n in $(seq {CALLS}); do "$0" -p "Reply with exactly: PROBE_OK" </dev/null; done; true'
    with EmbeddedUpstream([parse_fault(fault) for fault in FAULTS]) as upstream:
        person.alone("record", "--", "sh", "-c", loop, real_client, ANTHROPIC_BASE_URL=upstream.base_url)
        wait_until(lambda: not upstream.in_flight)
        return person, upstream.served


def rows(session: tuple[Probe, list[ServedRequest]]) -> list[dict[str, Any]]:
    lines = session[0]("export", "--format", "jsonl").out.splitlines()
    return [row for row in map(json.loads, lines) if row["kind"] == "main"]


@pytest.mark.slow
def test_each_request_is_told_as_the_upstream_made_it(session: tuple[Probe, list[ServedRequest]]) -> None:
    found = rows(session)
    assert [(row["outcome"], row["endings"]) for row in found] == [
        ("ok", "529 overloaded_error;good"),
        ("ok", "malformed_response (json);good"),
        ("ok", "good"),
        ("forbidden", "403 permission_error"),
        ("ok", "good"),
    ]
    assert found[0]["retries_ms"] > 300
    assert [row["request"] for row in found if "fallback_non_streaming" in row["flags"]] == [found[1]["request"]]
    assert found[2]["silence_ms"] >= 1500
    assert all(row["idle_before_ms"] > 0 for row in found[1:])


def test_the_report_counts_what_the_upstream_served(session: tuple[Probe, list[ServedRequest]]) -> None:
    person, served = session
    report = person("report", "--format", "json", "--stall-after", "1s").json
    main = [request for request in served if request.kind == "main"]
    assert report["main_requests"] == CALLS
    assert report["retries"] == len(main) - CALLS
    assert (report["health"]["word"], report["health"]["failed"], report["health"]["recovered"]) == ("FLAKY", 1, 2)
    assert (report["fallbacks"], len(report["storms"])) == (1, 0)
    assert rows(session)[2]["request"] in {stall["number"] for stall in report["stalls"]}
    assert sum(hour["requests"] for hour in report["hours"]) == CALLS
    assert report["losses"] == {"unended": 0, "lost_exchanges": 0, "removed_exchanges": 0, "corrupt": {}}


def test_explain_and_the_page_tell_it_in_words(session: tuple[Probe, list[ServedRequest]]) -> None:
    person, _ = session
    told = person("explain").out
    assert told.startswith("3 requests went wrong, in order:")
    assert told.count("529 overloaded_error") == 1
    page = Path(person("show", "--print").out.strip()).read_text()
    assert "1 of 5 requests failed" in page
    assert "probe-made-up-token" not in page
