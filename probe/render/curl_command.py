"""A `curl` that repeats a step of a run without Claude Code. No token stands in it."""

import json
import shlex

from probe.model.choices import TokenHeader, UpstreamKind
from probe.model.run_manifest import Manifest
from probe.sanitise import printable

_MESSAGES, _CHAT = "/v1/messages", "/v1/chat/completions"
_VERSION = "anthropic-version: 2023-06-01"
_TOKEN = {TokenHeader.BEARER: "authorization: Bearer ", TokenHeader.X_API_KEY: "x-api-key: "}
_MOST_TOKENS = 64


def curl_lines(manifest: Manifest, label: str) -> tuple[str, ...]:
    """Return a command that sends the step's prompt to its target, with the token in `$ANTHROPIC_AUTH_TOKEN`.

    Nothing is returned for the embedded upstream, which has ended, and for a step that the scenario does not have.
    """
    target = manifest.target
    prompt = next((step.prompt for step in manifest.scenario.steps if step.label == label), None)
    if prompt is None or target.kind is UpstreamKind.EMBEDDED:
        return ()
    is_chat = manifest.driver == "chat-completions"
    url = printable(target.base_url).rstrip("/") + (_CHAT if is_chat else _MESSAGES)
    body = {
        "model": printable(target.model),
        "max_tokens": _MOST_TOKENS,
        "stream": True,
        "messages": [{"role": "user", "content": prompt}],
    }
    options = [
        f'-H "{_TOKEN[target.auth]}$ANTHROPIC_AUTH_TOKEN"',
        *([] if is_chat else [f"-H '{_VERSION}'"]),
        "-H 'content-type: application/json'",
    ]
    data = shlex.quote(json.dumps(body, ensure_ascii=False))
    return (f"curl -isSN {shlex.quote(url)} \\", *(f"{option} \\" for option in options), f"-d {data}")
