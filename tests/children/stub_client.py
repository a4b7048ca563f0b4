"""Stands in for the client where its misbehaviour cannot be had from the real one. STUB says what to do.

It asks for an answer as a client does, again where it is refused, and throws it away: nothing that it prints says
anything of an upstream.
STUB_ASKS=no keeps it from asking.
"""

import contextlib
import http.client
import json
import os
import signal
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

ATTEMPTS = 3
HELP = """Usage: claude [options]
  --print --output-format <format> (choices: "text", "json", "stream-json") --verbose --include-partial-messages
  --session-id <uuid> --resume --continue --fork-session --no-session-persistence --strict-mcp-config --tools
  --system-prompt --settings --dangerously-skip-permissions
"""


def say(**fields: object) -> None:
    print(json.dumps(fields), flush=True)


def ask(prompt: str, model: str) -> int:
    """Ask the upstream for an answer, read it whole, and return its status."""
    base = urlsplit(os.environ["ANTHROPIC_BASE_URL"])
    body = {"model": model, "max_tokens": 100, "stream": True, "messages": [{"role": "user", "content": prompt}]}
    connection = http.client.HTTPConnection(base.netloc, timeout=30)
    headers = {"content-type": "application/json", "authorization": f"Bearer {os.environ['ANTHROPIC_AUTH_TOKEN']}"}
    connection.request("POST", f"{base.path}/v1/messages", json.dumps(body), headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def answer(prompt: str) -> None:
    text = prompt.partition("exactly: ")[2] or "hello"
    model = os.environ.get("ANTHROPIC_MODEL", "?")
    if os.environ.get("STUB_ASKS") != "no":
        with contextlib.suppress(OSError, http.client.HTTPException):
            for _ in range(ATTEMPTS):
                if ask(prompt, model) == 200:
                    break
    say(type="system", subtype="init", claude_code_version="9.9.9")
    say(type="system", subtype="status", status="requesting")
    start = {"type": "message_start", "message": {"model": model}}
    say(type="stream_event", event=start, ttft_ms=5)
    say(type="stream_event", event={"type": "content_block_delta"})
    say(type="stream_event", event={"type": "message_stop"})
    usage = {"input_tokens": 100, "output_tokens": 5}
    say(
        type="result",
        subtype="success",
        is_error=False,
        result=text,
        session_id=session_id(),
        usage=usage,
        total_cost_usd=0.25,
    )


def session_id() -> str:
    for option in ("--session-id", "--resume"):
        if option in sys.argv:
            return sys.argv[sys.argv.index(option) + 1]
    return "none"


def main() -> int:
    if "--version" in sys.argv:
        print("9.9.9 (Claude Code)")
        return 0
    if "--help" in sys.argv:
        print(HELP)
        return 0
    primes = "PROBE_PRIMED" in sys.argv[-1]
    behaviour = os.environ.get("STUB_PRIME" if primes else "STUB", "fine")
    match behaviour:
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "garbage":
            print("<html>not what you want</html>")
        case "silent":
            return 0
        case "hang_after_result":
            answer(sys.argv[-1])
            time.sleep(600)
        case "tool":
            block = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {}}
            say(type="stream_event", event={"type": "content_block_start", "content_block": block})
            say(type="result", subtype="error_max_turns", is_error=True, session_id=session_id())
            return 1
        case "hang" | "deaf":
            signal.signal(signal.SIGTERM, signal.SIG_IGN if behaviour == "deaf" else signal.SIG_DFL)
            say(type="system", subtype="init")
            (Path(os.environ["HOME"]) / "hanging").touch()
            time.sleep(600)
        case "complain":
            print("Error: Session ID 1 is already in use.", file=sys.stderr)
            return 1
        case "slow_first":
            seen = Path(os.environ["HOME"]) / "seen"
            if not seen.exists():
                seen.touch()
                time.sleep(0.6)
            answer(sys.argv[-1])
        case _:
            answer(sys.argv[-1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
