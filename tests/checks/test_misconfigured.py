"""What a user may have set wrongly, produced for real: the right finding, and a remedy that works when followed."""

import json
import re
import socket
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from probe.checks.base_urls import base_of_location, other_bases
from probe.model.check import Category, Severity
from probe.upstream import EmbeddedUpstream
from tests.checks.support import MODEL, SLACK_MS, TOKEN, Checker, Rules, front
from tests.real.test_network import tls_front
from tests.wire.support import RawServer, answering, black_hole


def named_url(remedy: str | None) -> str:
    """The address that a remedy says to set."""
    found = re.search(r"Set base_url to (\S+)", remedy or "")
    assert found, remedy
    return found[1]


@pytest.mark.parametrize(
    ("served", "set_to"),
    [
        ("", "/v1"),
        ("", "/v1/messages"),
        ("", "/v1/chat/completions"),
        ("/v1", ""),
        ("/anthropic", ""),
        ("/anthropic", "/v1"),
        ("/api/anthropic", "/api/anthropic/v1"),
        ("", "/nowhere"),
    ],
)
def test_a_base_url_with_too_much_or_too_little(checker: Checker, served: str, set_to: str) -> None:
    with front(Rules(base=served)) as upstream:
        checked = checker(upstream.url + set_to)
        finding = checked.finding("base_url")
        assert (checked.code, finding.severity) == (3, Severity.WRONG)
        assert named_url(finding.remedy) == upstream.url + served
        again = checker(named_url(finding.remedy))
    assert (again.code, again.complaints) == (0, set())


def test_the_right_base_url_is_named_with_a_bad_token_too(checker: Checker) -> None:
    with front(Rules(auth=())) as upstream:
        checked = checker(upstream.url + "/v1")
    assert named_url(checked.finding("base_url").remedy) == upstream.url


def test_plain_http_that_is_refused_is_a_fault_where_the_client_was_not_asked(checker: Checker) -> None:
    with front(Rules(claude_only=True)) as upstream:
        checked = checker(upstream.url)
    assert checked.codes(Severity.WRONG) == {"forbidden"}
    assert "Claude Code only" in str(checked.finding("forbidden").remedy)


def test_a_page_that_is_no_api(checker: Checker) -> None:
    with front(Rules(ends=())) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("no_messages").severity is Severity.WRONG


def test_a_redirect_says_where_to_go(checker: Checker) -> None:
    with front() as there, front(Rules(moved_to=there.url)) as here:
        checked = checker(here.url)
        assert not [path for method, path in there.seen], "the token goes to nobody whom the user did not name"
        again = checker(named_url(checked.finding("redirected").remedy))
    assert (again.code, again.complaints) == (0, set())


@pytest.mark.parametrize(("taken", "other"), [("x-api-key", "bearer"), ("bearer", "x-api-key")])
def test_the_token_in_the_other_header(checker: Checker, taken: str, other: str) -> None:
    with front(Rules(auth=(taken,))) as upstream:
        table = f'[targets.relay]\nbase_url = "{upstream.url}"\nmodel = "{MODEL}"\n'
        (checker.folder / "probe.toml").write_text(f'{table}auth = "{other}"\n')
        checked = checker(target="relay")
        finding = checked.finding("auth_header")
        assert (checked.code, finding.severity) == (3, Severity.WRONG)
        named = re.search(r'Set (auth = "\S+")', finding.remedy or "")
        assert named, finding.remedy
        (checker.folder / "probe.toml").write_text(f"{table}{named[1]}\n")
        again = checker(target="relay")
    assert (again.code, again.complaints) == (0, set())


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("claude-opus-4.6", "claude-opus-4-6-20260205"),
        ("glm-4.7", "glm-4-7"),
        ("GLM-4.7", "glm-4.7"),
        ("kimi-k2", "moonshotai/kimi-k2"),
    ],
)
def test_a_model_that_is_spelled_otherwise(checker: Checker, asked: str, there: str) -> None:
    with front(Rules(models=("gpt-5", there, "deepseek-v3"))) as upstream:
        checked = checker(upstream.url, model=asked)
        finding = checked.finding("model_unknown")
        named = re.search(r"Set model to (\S+)", finding.remedy or "")
        assert named, finding.remedy
        assert (checked.code, named[1]) == (3, there)
        again = checker(upstream.url, model=named[1])
    assert (again.code, again.complaints) == (0, set())


def test_a_model_that_is_served_but_not_listed_is_a_note(checker: Checker) -> None:
    with front(Rules(models=("gpt-5",), unlisted=True)) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("model_not_listed").severity is Severity.NOTE
    assert (checked.code, checked.complaints) == (0, set())


def test_an_alias_that_is_not_served(checker: Checker) -> None:
    with front(Rules(models=(MODEL, "glm-4-5-air"))) as upstream:
        config = checker.folder / "probe.toml"
        table = f'[targets.relay]\nbase_url = "{upstream.url}"\nmodel = "{MODEL}"\n'
        config.write_text(table + 'aliases = { haiku = "glm-4.5-air", opus = "claude-haiku-4" }\n')
        checked = checker(target="relay")
        haiku = [each for each in checked.report.findings if each.code == "alias_unknown" and "haiku," in each.title]
        assert haiku
        assert "glm-4-5-air" in str(haiku[0].remedy)
        assert checked.finding("alias_kind").severity is Severity.WARNING
        asked = [each.requested for each in checked.report.models]
        assert asked == [MODEL, "claude-haiku-4", "glm-4.5-air"], "one call for each name"
        config.write_text(table + 'aliases = { haiku = "glm-4-5-air" }\n')
        again = checker(target="relay")
    assert (again.code, again.complaints) == (0, set())
    assert {use for each in again.report.models for use in each.uses} == {
        "model", "opus", "sonnet", "haiku", "small-fast",
    }  # fmt: skip


def test_chat_completions_only(checker: Checker) -> None:
    with front(Rules(ends=("/v1/models", "/chat/completions"))) as upstream:
        checked = checker(upstream.url)
    assert checked.code == 3
    assert checked.report.findings[0].code == "chat_only"
    assert "gateway" in str(checked.report.findings[0].remedy)


def test_messages_only_is_fine(checker: Checker) -> None:
    with front(Rules(ends=("/v1/messages",))) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.complaints) == (0, set())
    assert {"chat_absent", "models_absent", "count_tokens_absent"} == checked.codes(Severity.NOTE)


def test_the_order_of_events_is_looked_at(checker: Checker) -> None:
    with front(Rules(rewrite={b"content_block_start": b"content_block_begin"})) as upstream:
        checked = checker(upstream.url)
    finding = checked.finding("malformed_response")
    assert "without content_block_start" in finding.title + finding.evidence
    assert "event_order" not in checked.complaints, "one trouble, one finding"


def test_what_the_client_takes_though_it_is_out_of_order_is_remarked(checker: Checker) -> None:
    with front(Rules(rewrite={b"event: message_stop": b"event: message_over"})) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("event_order").evidence == "no message_stop"


def test_a_chat_stream_without_its_end(checker: Checker) -> None:
    with front(Rules(rewrite={b"data: [DONE]": b": nothing"})) as upstream:
        checked = checker(upstream.url)
    said = [each for each in checked.report.findings if each.code in {"chat_events", "chat_fails"}]
    assert said or any("chat" in each.code for each in checked.report.findings if each.severity is Severity.NOTE)
    assert checked.code == 0, "Claude Code needs no chat completions"


def test_no_token_comes_out_that_an_upstream_says_back(checker: Checker) -> None:
    with front(Rules(spills=True)) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("auth")
    assert "[redacted]" in checked.out
    assert TOKEN[-8:] not in checked.out + checked.err


def test_nothing_listens(checker: Checker) -> None:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
        checked = checker(f"http://127.0.0.1:{port}")
    assert checked.finding("connection_refused").evidence.startswith("ECONNREFUSED")
    assert (checked.code, checked.report.plain_calls) == (3, 0)
    with EmbeddedUpstream(port=port):
        assert checker(f"http://127.0.0.1:{port}").code == 0


def test_a_name_that_does_not_resolve(checker: Checker) -> None:
    checked = checker(f"http://{'x' * 64}.invalid")
    assert checked.finding("dns").evidence.startswith("DNS")
    assert checked.code == 3


def test_a_connection_that_is_never_taken_ends_at_the_limit(checker: Checker) -> None:
    with black_hole() as url:
        checked = checker(url, timeout_s=1)
    assert checked.finding("connect_timeout").evidence.startswith("ETIMEDOUT")
    assert checked.report.took_ms < 5000


@pytest.mark.parametrize(
    ("kind", "code"), [("expired", "tls_expired"), ("wrong", "tls_wrong_host"), ("unknown", "tls_unknown_authority")]
)
def test_a_certificate_that_is_no_good(
    checker: Checker, kind: str, code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    ends = datetime.now(UTC) + timedelta(days=-1 if kind == "expired" else 90)
    certificate = authority.issue_cert("localhost", not_after=ends)
    if kind != "unknown":
        monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(trusted))
    with EmbeddedUpstream() as upstream, tls_front(certificate, upstream.port) as url:
        port = url.rpartition(":")[2]
        checked = checker(f"https://127.0.0.1:{port}" if kind == "wrong" else url)
        finding = checked.finding(code)
        assert (checked.code, finding.severity) == (3, Severity.WRONG)
        assert finding.evidence.startswith(Category.SSL.value)
        if kind == "expired":
            assert f"{ends:%Y-%m-%d}" in finding.title
            return
        if kind == "wrong":
            name = str(finding.remedy).rpartition(": ")[2]
            again = checker(f"https://{name}:{port}")
        else:
            assert "NODE_EXTRA_CA_CERTS" in str(finding.remedy)
            monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(trusted))
            again = checker(url)
    assert (again.code, again.complaints) == (0, set())
    assert again.report.way is not None
    assert again.report.way.tls is not None
    assert again.report.way.tls.protocol == "TLSv1.3"


def test_a_certificate_that_expires_soon(checker: Checker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(tmp_path / "ca.pem"))
    certificate = authority.issue_cert("localhost", not_after=datetime.now(UTC) + timedelta(days=3))
    with EmbeddedUpstream() as upstream, tls_front(certificate, upstream.port) as url:
        checked = checker(url)
    assert (checked.code, checked.complaints) == (0, {"tls_expires_soon"})


def test_http_and_https_mixed_up(checker: Checker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(tmp_path / "ca.pem"))
    with EmbeddedUpstream() as upstream, tls_front(authority.issue_cert("localhost"), upstream.port) as url:
        plain = checker(f"https://localhost:{upstream.port}")
        assert named_url(plain.finding("tls_not_spoken").remedy) == f"http://localhost:{upstream.port}"
        secure = checker(url.replace("https://", "http://"))
        assert named_url(secure.finding("needs_tls").remedy) == url
        assert checker(url).code == 0


def test_a_proxy_that_is_not_there(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hunter2secret@127.0.0.1:9")
    checked = checker("https://relay.invalid")
    assert {"proxy"} == checked.codes(Severity.WRONG)
    assert {"proxy_used", "proxy_set"} <= checked.codes(Severity.NOTE)
    assert "hunter2secret" not in checked.out + checked.err


def test_the_way_is_said(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with front() as between:
        direct = checker(between.url)
        assert direct.finding("way").title.endswith("is reached directly")
        assert "proxy_used" not in direct.codes(*Severity)
        proxied = checker("http://relay.invalid", env=[f"https_proxy={between.url}"])
    assert proxied.finding("way").title == f"relay.invalid:80 is reached by the proxy 127.0.0.1:{between.port}"
    assert proxied.finding("proxy_used").evidence.startswith(f"127.0.0.1:{between.port}, which https_proxy names")


def test_an_upstream_that_speaks_http2_only(checker: Checker) -> None:
    settings = b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"
    with answering(settings) as server:
        checked = checker(server.base_url)
    assert checked.codes(Severity.WRONG) == {"http2_only"}
    assert "HTTP/1.1" in str(checked.finding("http2_only").remedy)


def test_an_upstream_that_cuts_http1_off_without_a_word_and_speaks_http2(checker: Checker) -> None:
    def serve(connection: socket.socket) -> None:
        if connection.recv(65536).startswith(b"PRI * HTTP/2.0"):
            connection.sendall(b"\x00\x00\x00\x04\x00\x00\x00\x00\x00")

    with RawServer(serve) as server:
        checked = checker(server.base_url)
    assert checked.codes(Severity.WRONG) == {"http2_only"}
    with answering() as server:  # which cuts off whatever it is asked
        assert "http2_only" not in checker(server.base_url).codes(Severity.WRONG)


def test_a_server_that_ends_the_handshake_since_it_speaks_http2_only(checker: Checker) -> None:
    def refuse(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"\x15\x03\x03\x00\x02\x02\x78")  # fatal, no_application_protocol

    with RawServer(refuse) as server:
        checked = checker(f"https://localhost:{server.port}")
    assert checked.codes(Severity.WRONG) == {"http2_only"}


def test_a_proxy_that_refuses(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    with front() as server:  # which knows no CONNECT
        monkeypatch.setenv("HTTPS_PROXY", server.url)
        checked = checker("https://relay.invalid")
    assert "501" in checked.finding("proxy").evidence


@pytest.mark.parametrize(
    ("env", "code", "better"),
    [
        ("API_TIMEOUT_MS=5000", "timeout_short", "API_TIMEOUT_MS=60000"),
        ("API_TIMEOUT_MS=10m", "setting_unreadable", "API_TIMEOUT_MS=600000"),
        ("CLAUDE_CODE_USE_BEDROCK=1", "other_provider", "CLAUDE_CODE_USE_BEDROCK=0"),
    ],
)
def test_settings_of_the_target_that_make_no_sense(checker: Checker, env: str, code: str, better: str) -> None:
    checked = checker(env=[env])
    assert checked.complaints == {code}
    assert checker(env=[better]).complaints == set()


@pytest.mark.parametrize(
    ("env", "code"),
    [
        (["CLAUDE_CODE_MAX_RETRIES=0"], "no_retries"),
        (["CLAUDE_CODE_MAX_RETRIES=40", "API_TIMEOUT_MS=10000"], "retries_capped"),
        (["API_TIMEOUT_MS=120000"], "outlasts_deadline"),
    ],
)
def test_settings_that_one_should_know_of(checker: Checker, env: list[str], code: str) -> None:
    checked = checker(env=env)
    assert checked.finding(code).severity is Severity.NOTE
    assert checked.complaints == set()


def test_surroundings_that_override_are_named_and_their_values_are_not(
    checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = "value-that-nobody-may-see"
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "CLAUDE_CODE_USE_VERTEX", "API_TIMEOUT_MS"):
        monkeypatch.setenv(name, hidden)
    settings = checker.folder / ".claude" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"env": {"ANTHROPIC_AUTH_TOKEN": hidden, "EDITOR": hidden}, "apiKeyHelper": hidden}))
    with front() as upstream:
        checked = checker(upstream.url)
    assert {"two_tokens", "provider_set", "settings_override", "setting_unreadable"} == checked.complaints
    assert "other_base_url" in checked.codes(Severity.NOTE)
    assert checked.code == 0, "none of it reaches the sandbox"
    evidence = checked.finding("settings_override").evidence
    assert "ANTHROPIC_AUTH_TOKEN, apiKeyHelper" in evidence
    assert "EDITOR" not in evidence
    assert hidden not in checked.out + checked.err


def test_settings_that_cannot_be_read(checker: Checker) -> None:
    (checker.folder / ".claude").mkdir()
    (checker.folder / ".claude" / "settings.json").write_text("{,")
    assert "not JSON" in checker().finding("settings_unreadable").title


def test_the_whole_check_ends_at_its_limit(checker: Checker) -> None:
    with ExitStack() as stack:
        upstream = stack.enter_context(front(faults=["hang"]))
        checker.folder.joinpath("probe.toml").write_text(
            f'[targets.slow]\nbase_url = "{upstream.url}"\nmodel = "a"\n'
            'aliases = { opus = "b-opus", sonnet = "c", haiku = "d" }\n'
        )
        checked = checker(target="slow", timeout_s=0.2)
    assert checked.report.took_ms < 0.2 * 3 * 1000 + SLACK_MS


def test_where_else_the_api_may_be() -> None:
    assert other_bases("https://a.example/v1")[0] == "https://a.example"
    assert "https://a.example/x/anthropic" in other_bases("https://a.example/x/v1")
    assert "https://a.example/v1" in other_bases("https://a.example")
    assert base_of_location("http://a.example", "https://a.example/v1/messages") == "https://a.example"
    assert base_of_location("http://a.example", "/login") is None
