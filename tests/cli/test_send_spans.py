"""Spans that are sent to a collector over loopback, or written to a file: which of the two, and what is said."""

import json
import sys

import pytest

from tests.builders import GOLDEN
from tests.conftest import Probe
from tests.otlp.receiver import Receiver, partial, plain, send

RUNS = GOLDEN / "runs"


def test_a_collector_of_the_environment_is_used_unless_a_file_is_asked_for(probe: Probe, receiver: Receiver) -> None:
    headers = "authorization=Bearer%20abcdef"
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url, "OTEL_EXPORTER_OTLP_HEADERS": headers}
    probe = Probe(probe.folder, {**probe.environment, **named})
    words = ("export", str(RUNS / "plain"), "--format", "otlp")
    written = probe(*words, "--output", "-")
    assert json.loads(written.out.splitlines()[0])["resourceSpans"]
    assert receiver.spans == []
    assert probe(*words).out == ""
    assert receiver.headers[0]["authorization"] == "Bearer abcdef"
    assert receiver.spans


def test_a_collector_that_refuses_ends_with_4_and_a_word_on_what_it_took(probe: Probe, receiver: Receiver) -> None:
    receiver.answers = [plain(401, "who are you?")]
    assert "HTTP 401: who are you?" in send(probe, receiver, RUNS / "plain", code=4)
    receiver.answers = [partial(5, "too old")]
    said = send(probe, receiver, RUNS / "plain", code=4)
    assert f"{receiver.url}/v1/traces: did not take 5 spans: too old\n" in said
    assert "spans sent to" in said


def test_without_the_extra_a_collector_cannot_be_asked_and_a_file_can_be_written(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "probe.otlp.collector", raising=False)
    monkeypatch.setitem(sys.modules, "probe.otlp.otlp_protobuf", None)
    words = ("export", str(RUNS / "plain"), "--format", "otlp")
    assert "claude-probe[otel]" in probe(*words, "--endpoint", "http://127.0.0.1:9", code=4).err
    assert probe(*words).out.startswith('{"resourceSpans"')


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--endpoint", "http://h"), "--endpoint: is for --format otlp alone"),
        (("--header", "a=b"), "--header: is for --format otlp alone"),
        (("--format", "otlp", "--endpoint", "http://h", "--output", "x"), "--output: is for a file"),
        (("--format", "otlp", "--header", "a=b"), "no collector to send it to"),
    ],
)
def test_options_that_do_not_go_together_are_refused(probe: Probe, words: tuple[str, ...], told: str) -> None:
    assert told in probe("export", str(RUNS / "plain"), *words, code=2).err
