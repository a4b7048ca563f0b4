"""Cold starts that are none, over real sockets: two servers by turns, one session, a cache."""

import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Probe, calls
from tests.wire.support import RawServer, ok, read_request

EMBEDDED = ("--target", "embedded", "--driver", "messages")
REFUSED = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def bare(tmp_path: Path) -> Probe:
    """`probe` on a machine without a client."""
    return Probe(tmp_path, {"PROBE_CLIENT": "/nowhere/claude", "PATH": "/usr/bin:/bin"})


def message(model: str, message_id: str) -> bytes:
    content = [{"type": "text", "text": "PROBE_OK"}]
    said = {"type": "message", "id": message_id, "model": model, "content": content, "stop_reason": "end_turn"}
    return ok(json.dumps(said).encode())


def numbered(answer: Callable[[int, str], bytes]) -> RawServer:
    """Return a server that answers by the number of the request, from 0, and the model that it asks for."""
    lock, count = threading.Lock(), [0]

    def handle(connection: socket.socket) -> None:
        while request := read_request(connection):
            with lock:
                number, count[0] = count[0], count[0] + 1
            asked = json.loads(request.partition(b"\r\n\r\n")[2])
            connection.sendall(answer(number, asked["model"]))

    return RawServer(handle)


def measured(probe: Probe, server: RawServer, *more: str) -> dict[str, Any]:
    """Make a run against this server, and return its section of the report."""
    words = (
        "--driver",
        "messages",
        "--base-url",
        server.base_url,
        "--model",
        "m",
        "--token-env",
        "T",
        "--no-preflight",
    )
    probe("run", *words, "-n", "12", *more, T="sk-a-token-of-nobody")
    (section,) = probe("report", "--format", "json").json["sections"]
    return dict(section)


def noted(section: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {note["code"]: note["values"] for note in (*section["notes"], *section["verdict"]["cannot_tell"])}


def bad_at(rest: int) -> Callable[[int, str], bytes]:
    """Return the answers of two servers by turns, one of them down."""
    return lambda number, model: REFUSED if number % 2 == rest else message(model, f"msg_{uuid4().hex}")


def test_every_second_request_failing_is_no_cold_start(bare: Probe) -> None:
    with numbered(bad_at(0)) as server:
        section = measured(bare, server)
    verdict = section["verdict"]
    assert (verdict["answer"], verdict["settled_after"]) == ("ORDER", 7)
    assert [step["failed"] for step in section["steps"]] == [3, 9]
    assert (verdict["order"]["worse"]["failed"], verdict["order"]["better"]["failed"]) == (13, 0)
    assert noted(section)["extra_calls"] == {"count": 1, "label": "extra"}
    assert noted(section)["every_nth"]["period"] == 2
    (run,) = bare.runs()
    labels = [call["label"] for call in calls(run)]
    assert labels == ["call1", "call2"] * 3 + ["extra"] + ["call1", "call2"] * 9
    report = (run / "report.md").read_text()
    assert "Every second request fails, whichever call it is: 13 of 13 of these, and 0 of 12 of the rest." in report
    assert "COLD" not in report.replace("NO_COLD_EFFECT", "")


def test_until_sure_ends_where_the_order_is_known(bare: Probe) -> None:
    with numbered(bad_at(0)) as server:
        section = measured(bare, server, "--until-sure", "--max-rounds", "40")
    assert (section["verdict"]["answer"], section["rounds_finished"]) == ("ORDER", 7)


def test_a_cold_start_is_seen_after_as_many_rounds_and_one_extra_call(bare: Probe) -> None:
    bare.run(*EMBEDDED, "--fault", "status(code=529, on=call1)", "--until-sure", "--max-rounds", "30")
    (run,) = bare.runs()
    labels = [call["label"] for call in calls(run)]
    assert labels == ["call1", "call2"] * 3 + ["extra"] + ["call1", "call2"] * 3
    (section,) = bare("report", "--format", "json").json["sections"]
    assert (section["verdict"]["answer"], section["verdict"]["settled_after"]) == ("COLD", 6)
    assert [step["n"] for step in section["steps"]] == [6, 6], "the extra call is of no step"
    assert "order_not_told" not in noted(section)


def test_a_resumed_run_goes_on_with_the_check(bare: Probe) -> None:
    bare.run(*EMBEDDED, "--fault", "status(code=529, on=call1)", "-n", "3")
    (run,) = bare.runs()
    assert "extra" not in [call["label"] for call in calls(run)], "none behind the last round"
    bare.run("--resume", str(run), "-n", "14")
    assert [call["label"] for call in calls(run)].count("extra") == 1
    (section,) = bare("report", "--format", "json").json["sections"]
    assert section["verdict"]["answer"] == "COLD"


def test_two_arms_of_one_upstream_share_its_order(bare: Probe) -> None:
    """Were the order of each counted by itself, two extra calls in one round would turn nothing, and both look cold."""
    with numbered(bad_at(0)) as server:
        config = f'[targets.{{}}]\nbase_url = "{server.base_url}"\nmodel = "m"\ntoken_env = "T"\n'
        (bare.folder / "probe.toml").write_text(config.format("one") + config.format("two"))
        words = ("--driver", "messages", "--target", "one", "--target", "two")
        bare.run(*words, "-n", "14", T="sk-a-token-of-nobody")
    sections = bare("report", "--format", "json").json["sections"]
    assert "COLD" not in [section["verdict"]["answer"] for section in sections]


def test_second_calls_that_are_refused_are_the_headline(bare: Probe) -> None:
    bare("run", *EMBEDDED, "--fault", "status(code=403, on=call2)", "-n", "12")
    (section,) = bare("report", "--format", "json").json["sections"]
    assert section["verdict"]["answer"] == "SECOND_WORSE"
    (run,) = bare.runs()
    report = (run / "report.md").read_text()
    assert "All 12 second calls failed. Second calls fail more often than first calls" in report
    assert "o cold effect" not in report


def test_a_cache_of_responses_leaves_no_answer_about_coldness(bare: Probe) -> None:
    """Keep the first answer, with its id, and give it to all who ask for the same."""
    with numbered(lambda number, model: message(model, "msg_01XFDUDYJgAACzvnptvVoYEL")) as server:
        section = measured(bare, server)
    assert section["verdict"]["answer"] == "CACHED"
    assert noted(section)["cached_answers"] == {"count": 23, "n": 24}
    assert "A response cache seems to have answered in 12 of 12 rounds" in (bare.runs()[0] / "report.md").read_text()


def test_a_constant_that_is_no_id_is_no_sign_of_a_cache(bare: Probe) -> None:
    with numbered(lambda number, model: message(model, "msg_1")) as server:
        section = measured(bare, server)
    assert section["verdict"]["answer"] != "CACHED"
    assert "cached_answers" not in noted(section)
