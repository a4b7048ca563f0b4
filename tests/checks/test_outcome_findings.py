"""Findings on failed calls of the Messages API by their outcome."""

import socket
from collections.abc import Sequence

import pytest

from probe.model.check_report import Severity
from tests.checks.front import Reply, Rules, front
from tests.checks.replies import error
from tests.checks.support import Checker, named_url
from tests.wire.support import RawServer


def test_a_redirect_says_where_to_go(checker: Checker) -> None:
    with front() as there, front(Rules(moved_to=there.url)) as here:
        checked = checker(here.url)
        assert not [path for method, path in there.requests], "the token goes to nobody whom the user did not name"
        again = checker(named_url(checked.finding("redirected").remedy))
    assert (again.code, again.complaints) == (0, set())


REFUSALS = [
    (error(429, "Insufficient balance or no resource package. Please recharge.", type="1113"), "billing", "Top up"),
    (error(429, "余额不足或无可用资源包", code="1113"), "billing", "Top up"),
    (error(403, "用户额度不足", code="insufficient_user_quota"), "billing", "Top up"),
    (error(400, "Budget has been exceeded! Current cost: 10.0", type="budget_exceeded"), "billing", "Top up"),
    (error(200, "insufficient quota", code="insufficient_user_quota"), "billing", "Top up"),
    (error(400, "模型不存在，请检查模型代码。", code="1211"), "model_unknown", "It is listed all the same"),
    (
        error(401, "key not allowed to access model.", type="key_model_access_denied"),
        "model_denied",
        "whether this token may use it",
    ),
    (error(401, "no such token", type="auth"), "auth", "The token is valid"),
    (error(418, "teapot"), "api_error", "from a gateway or a firewall"),
    (error(200, "it broke", type="server_error"), "stream_error", "later"),
    (Reply(b"<!doctype html><title>Just a moment...</title>", 403), "guarded", "without the check"),
    (Reply(b'{"code": 500, "success": false}'), "malformed_response", "rewrites answers"),
]


@pytest.mark.parametrize(("reply", "code", "remedy"), REFUSALS)
def test_what_an_error_says_counts_beside_its_status(checker: Checker, reply: Reply, code: str, remedy: str) -> None:
    with front(Rules(says={"stream": reply, "whole": reply})) as upstream:
        checked = checker(upstream.url)
    first = checked.report.findings[0]
    assert (checked.code, first.code, checked.codes(Severity.WRONG)) == (3, code, {code})
    assert remedy in str(first.remedy)
    assert "inside the stream" not in first.title


def test_an_answer_that_cannot_be_read_is_shown(checker: Checker) -> None:
    reply = Reply(b'{"status": "queued"}')
    with front(Rules(says={"stream": reply, "whole": reply})) as upstream:
        checked = checker(upstream.url)
    assert '{"status": "queued"}' in checked.finding("malformed_response").evidence


@pytest.mark.parametrize(
    ("headers", "remedy"),
    [
        ([("location", "/login?next=%2Fv1%2Fmessages")], "a login page"),
        ([("location", "/v1/messages/")], "serve that path itself"),
        ([("location", "/v1/messages")], "serve that path itself"),
        ([("location", "http://[::1/v1/messages")], "compare base_url"),
        ([("location", "https://other.example/v1/messages")], "https://other.example if other.example may have your"),
        ([], "names no address"),
    ],
)
def test_a_redirect_has_a_remedy_that_can_work(
    checker: Checker, headers: Sequence[tuple[str, str]], remedy: str
) -> None:
    reply = Reply(b"", 307, headers)
    with front(Rules(says={"stream": reply, "whole": reply})) as upstream:
        checked = checker(upstream.url)
    assert remedy in str(checked.finding("redirected").remedy)
    assert checked.report.endpoints[0].status == 307


def test_a_whole_answer_that_is_cut_off_is_truncated(checker: Checker) -> None:
    def cut_off(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{")

    with RawServer(cut_off) as upstream:
        checked = checker(upstream.base_url)
    assert checked.codes(Severity.WRONG) == {"truncated_stream"}
    assert "message_stop" not in checked.finding("truncated_stream").evidence
