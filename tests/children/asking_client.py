"""Stand in for the client with requests on the wire, in either form of metadata.user_id.

STUB_FORM is `old` or `json`; STUB_TOOLS names tools, STUB_BETAS betas. When nothing arrives for STUB_PATIENCE_S, it
retries without streaming, or with STUB_GIVES_UP ends.
"""

import http.client
import json
import os
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit

HELP = """--print --output-format "stream-json" --verbose --strict-mcp-config --session-id --resume
--no-session-persistence --tools --system-prompt"""
PATIENCE_S = float(os.environ.get("STUB_PATIENCE_S", "20"))


def session_id() -> str:
    """Return the id of the session that the command line names."""
    option = "--resume" if "--resume" in sys.argv else "--session-id"
    return sys.argv[sys.argv.index(option) + 1]


def user_id() -> str:
    """Return metadata.user_id, with a device id that stays in the config directory."""
    place = Path(os.environ["CLAUDE_CONFIG_DIR"]) / "device"
    if not place.exists():
        place.write_text(uuid.uuid4().hex * 2)
    device, session = place.read_text(), session_id()
    if os.environ.get("STUB_FORM") == "old":
        return f"user_{device}_account__session_{session}"
    return json.dumps({"device_id": device, "account_uuid": "", "session_id": session}, separators=(",", ":"))


def body(stream: bool) -> bytes:
    """Return the JSON of a request."""
    system = [{"type": "text", "text": f"You are in {Path.cwd()}. Use <uuid> where an id is needed, and say <token>."}]
    tools = [
        {"name": name, "description": "d", "input_schema": {"type": "object"}}
        for name in os.environ.get("STUB_TOOLS", "Bash Read").split()
    ]
    content = [{"type": "text", "text": sys.argv[-1], "cache_control": {"type": "ephemeral"}}]
    value = {
        "model": os.environ["ANTHROPIC_MODEL"],
        "messages": [{"role": "user", "content": content}],
        "system": system,
        "tools": tools,
        "metadata": {"user_id": user_id()},
        "max_tokens": 1000,
        "stream": stream,
    }
    return json.dumps(value, separators=(",", ":")).encode()


def ask(stream: bool) -> None:
    """Send a request and read its answer. Raise TimeoutError after STUB_PATIENCE_S."""
    url = urlsplit(os.environ["ANTHROPIC_BASE_URL"])
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=PATIENCE_S)
    headers = {
        "Authorization": f"Bearer {os.environ['ANTHROPIC_AUTH_TOKEN']}",
        "anthropic-beta": os.environ.get("STUB_BETAS", "one-2026-01-02,two-2026-03-04"),
        "User-Agent": "asking-client/9.9.9",
        "X-Request": str(uuid.uuid4()),
    }
    if os.environ.get("STUB_HEADER_SECRET"):
        headers["X-Gate"] = os.environ["STUB_HEADER_SECRET"]
    try:
        connection.request("POST", f"{url.path}/v1/messages?beta=true", body(stream), headers)
        connection.getresponse().read()
    finally:
        connection.close()


def main() -> int:
    """Answer `--version` and `--help`, or ask the upstream and print a result."""
    if "--version" in sys.argv:
        print("9.9.9 (Claude Code)")
        return 0
    if "--help" in sys.argv:
        print(HELP)
        return 0
    try:
        ask(stream=True)
    except TimeoutError:
        if os.environ.get("STUB_GIVES_UP"):
            print(json.dumps({"type": "result", "subtype": "error_during_execution", "is_error": True}))
            return 1
        ask(stream=False)
    text = sys.argv[-1].rpartition("exactly: ")[2]
    result = {"type": "result", "subtype": "success", "is_error": False, "result": text, "session_id": session_id()}
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
