"""Findings of a whole check, from all that it observed."""

import http.server

from probe.model.check_report import Severity
from tests.checks.front import Rules, front, served_by
from tests.checks.replies import COUNT, error, events, message
from tests.checks.support import Checker


class _Hasty(http.server.BaseHTTPRequestHandler):
    """Serves one call of a model, refuses the next as one too many, then serves all."""

    calls = 0

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        type(self).calls += 1
        streams = b'"stream": true' in body
        refused = self.calls == 2
        stream = events(*message(COUNT if streams else "PROBE_OK"))
        whole = (
            b'{"type":"message","model":"m","content":[{"type":"text","text":"PROBE_OK"}],"stop_reason":"end_turn",'
            b'"usage":{"input_tokens":9,"output_tokens":3}}'
        )
        reply = (
            b'{"error":{"type":"rate_limit_error","message":"slow down"}}' if refused else stream if streams else whole
        )
        self.send_response(429 if refused else 200)
        self.send_header("content-type", "text/event-stream" if streams else "application/json")
        self.send_header("content-length", str(len(reply)))
        if refused:
            self.send_header("retry-after", "1")
        self.end_headers()
        self.wfile.write(reply)


def test_what_was_only_too_fast_is_asked_again_and_blamed_on_nobody(checker: Checker) -> None:
    class Hasty(_Hasty):
        pass

    with served_by(Hasty) as url:
        checked = checker(url, model="m")
    assert (checked.code, checked.codes(Severity.WRONG)) == (0, set())
    assert checked.finding("burst").severity is Severity.NOTE
    assert "rate_limited" not in checked.codes(*Severity)
    assert checked.report.plain_calls <= 8


def test_what_was_refused_from_the_first_call_on_is_no_burst(checker: Checker) -> None:
    reply = error(429, "slow down")
    with front(Rules(says={"stream": reply, "whole": reply})) as upstream:
        checked = checker(upstream.url)
    assert checked.codes(Severity.WRONG) == {"rate_limited"}
    assert "burst" not in checked.codes(*Severity)
