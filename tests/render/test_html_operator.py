"""The part of the page for the relay's operator: what he finds there, and the command that repeats a call."""

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from probe.model.choices import TokenHeader, UpstreamKind
from probe.model.run_manifest import Manifest
from probe.render.curl_command import curl_lines
from probe.texts import Texts
from tests.builders import manifest, scenario, step, target_info
from tests.render.html_reader import page, table
from tests.render.samples import HOSTILE, report, section

EN = Texts()
CAPTION = "Calls that failed or recovered"


def test_it_is_the_second_part_of_the_page() -> None:
    headings = [each.text for each in page().all("h2")]
    assert headings[:2] == [EN("html.rounds.title"), EN("html.operator")]


def test_the_operator_finds_what_he_needs() -> None:
    root = page()
    row = " ".join(table(root, CAPTION)[1])
    for needed in (
        "2026-11-21T07:39:00.417Z",
        "84c70bc8-e5f5-4909-a537-000000000003",
        "req_6d2b9b5e00794be60003",
        "529 overloaded_error",
        "no first byte",
        "the client retried a request",
    ):
        assert needed in row
    assert "Target https://relay.example, model glm-4.7, token sk-...wxyz." in root.text


def test_ids_stand_right_after_the_outcome() -> None:
    rows = table(page(), CAPTION)
    assert rows[0] == ["UTC", "call", "took", "outcome", "requests and session"]
    assert rows[1][4] == (
        "1: 2026-11-21T07:39:00.758Z · 529 overloaded_error · request-id: req_6d2b9b5e00794be60003 · cf-ray: 8f1c0a "
        "2: 2026-11-21T07:39:01.793Z · client_closed session id: 84c70bc8-e5f5-4909-a537-000000000003"
    )


def test_figures_are_sorted_by_value_and_not_by_their_words() -> None:
    (incidents,) = (each for each in page().all("table") if each.all("span")[0].text == CAPTION)
    cells = [row.all("th", "td")[2] for row in incidents.all("tbody")[0].all("tr")]
    keys = {cell.text: float(cell.attributes["data-key"] or "") for cell in cells}
    assert keys["≥ 3 m 00 s"] == 180_012
    assert keys["2.40 s"] == 2_400


def test_of_several_runs_each_call_names_its_own() -> None:
    run = section().runs[0]
    pooled = section(runs=(run, run.model_copy(update={"run_id": "run-2"})))
    assert f"run: {run.run_id}" in table(page(report(pooled)), CAPTION)[1][4]


def test_calls_that_are_not_listed_are_counted() -> None:
    listed = section()
    root = page(report(section(incidents_total=len(listed.incidents) + 7)))
    assert EN("operator.more", n="7").replace("`", "") in root.text


def test_each_step_with_a_bad_call_can_be_repeated_without_the_client() -> None:
    curls = page().with_class("curl")
    assert [each.attributes["data-step"] for each in curls] == ["call1", "call2"]
    assert "https://relay.example/v1/messages" in curls[0].text
    assert "$ANTHROPIC_AUTH_TOKEN" in curls[0].text


def of_target(driver: str = "claude-print", prompt: str = "Say hi", **changes: object) -> Manifest:
    script = scenario(step(prompt=prompt))
    return manifest(script, target=target_info(**changes)).model_copy(update={"driver": driver})


@pytest.mark.parametrize("text", ["plain", HOSTILE, 'it\'s `id` $(id) "$HOME" \\', "a\nb"])
def test_the_command_is_one_that_a_shell_takes_as_it_is_meant(tmp_path: Path, text: str) -> None:
    lines = curl_lines(of_target(base_url=f"https://relay.example/{text}", model=text, prompt=text), "call1")
    curl = tmp_path / "curl"
    curl.write_text('#!/bin/sh\nprintf "%s\\0" "$@"\n')
    curl.chmod(0o700)
    path = f"{tmp_path}:/usr/bin:/bin"
    names = {"PATH": path, "ANTHROPIC_AUTH_TOKEN": "sk-1"}
    done = subprocess.run(["sh", "-c", "\n".join(lines)], env=names, capture_output=True, check=True)
    arguments = done.stdout.decode().split("\0")
    assert arguments[1].startswith("https://relay.example/")
    assert arguments[1].endswith("/v1/messages")
    assert "authorization: Bearer sk-1" in arguments
    assert json.loads(arguments[-2])["messages"] == [{"role": "user", "content": text}]


@pytest.mark.parametrize(
    ("driver", "auth", "path", "header"),
    [
        ("messages", TokenHeader.X_API_KEY, "/v1/messages", "x-api-key: $ANTHROPIC_AUTH_TOKEN"),
        ("chat-completions", TokenHeader.BEARER, "/v1/chat/completions", "authorization: Bearer $ANTHROPIC_AUTH_TOKEN"),
    ],
)
def test_it_speaks_as_the_calls_did(driver: str, auth: TokenHeader, path: str, header: str) -> None:
    words = shlex.split("".join(line.removesuffix("\\") for line in curl_lines(of_target(driver, auth=auth), "call1")))
    assert words[2] == f"https://relay.example{path}"
    assert header in words


def test_there_is_none_for_the_embedded_upstream_and_for_a_step_that_is_not_known() -> None:
    assert curl_lines(of_target(kind=UpstreamKind.EMBEDDED), "call1") == ()
    assert curl_lines(of_target(), "call9") == ()
