"""The command that repeats a call, for the operator of a relay."""

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from probe.model.choices import TokenHeader, UpstreamKind
from probe.model.run_manifest import Manifest
from probe.render.curl_command import curl_lines
from tests.builders import manifest, scenario, step, target_info
from tests.render.samples import HOSTILE


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
