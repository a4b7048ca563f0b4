"""Stand in for the client with misbehaviour that the real one does not show on demand. STUB names the behaviour.

It asks the upstream for an answer as a client does, retries when refused, and discards the answer: its output does not
depend on the upstream. STUB_ASKS=no keeps it from asking.
"""

import contextlib
import http.client
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

ATTEMPTS = 3
HELP = """Usage: claude [options]
  --print --input-format <format> --output-format <format> (choices: "text", "json", "stream-json") --verbose
  --include-partial-messages
  --session-id <uuid> --resume --continue --fork-session --no-session-persistence --strict-mcp-config --tools
  --system-prompt --settings --dangerously-skip-permissions
"""


def say(**fields: object) -> None:
    """Print a line of stream-json."""
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
    """Ask the upstream, then print a good answer of our own."""
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
    """Return the id of the session that the command line names."""
    for option in ("--session-id", "--resume"):
        if option in sys.argv:
            return sys.argv[sys.argv.index(option) + 1]
    return "none"


def crash() -> int:
    """End by a signal."""
    os.kill(os.getpid(), signal.SIGSEGV)
    return 0


def print_garbage() -> int:
    """Print no JSON."""
    print("<html>not what you want</html>")
    return 0


def hang_after_result() -> int:
    """Answer, and do not end."""
    answer(sys.argv[-1])
    time.sleep(600)
    return 0


def ask_for_tool() -> int:
    """End as a client that may take one turn only, after an answer that asks for a tool."""
    block = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {}}
    say(type="stream_event", event={"type": "content_block_start", "content_block": block})
    say(type="result", subtype="error_max_turns", is_error=True, session_id=session_id())
    return 1


def hang(action: signal.Handlers = signal.SIG_DFL) -> int:
    """Begin and never end, with this action on SIGTERM."""
    signal.signal(signal.SIGTERM, action)
    say(type="system", subtype="init")
    (Path(os.environ["HOME"]) / "hanging").touch()
    time.sleep(600)
    return 0


def complain() -> int:
    """Refuse to start a session."""
    print("Error: Session ID 1 is already in use.", file=sys.stderr)
    return 1


def answer_slowly_first() -> int:
    """Answer, the first time late."""
    mark = Path(os.environ["HOME"]) / "answered"
    if not mark.exists():
        mark.touch()
        time.sleep(0.6)
    return answer_well()


def answer_well() -> int:
    """Answer as asked."""
    answer(sys.argv[-1])
    return 0


BEHAVIOURS = {
    "crash": crash,
    "garbage": print_garbage,
    "silent": lambda: 0,
    "hang_after_result": hang_after_result,
    "tool": ask_for_tool,
    "hang": hang,
    "deaf": lambda: hang(signal.SIG_IGN),
    "complain": complain,
    "slow_first": answer_slowly_first,
}


def answer_lines(behaviour: Callable[[], int]) -> int:
    """Behave once for each line on stdin, with its prompt where the command line has it otherwise."""
    for line in sys.stdin:
        said = json.loads(line)
        if said["type"] == "user":
            sys.argv.append(said["message"]["content"])
            behaviour()
        else:
            say(type="result", subtype="error_during_execution", is_error=True, session_id=session_id())
    return 0


def main() -> int:
    """Answer `--version` and `--help`, or behave as told."""
    if "--version" in sys.argv:
        print("9.9.9 (Claude Code)")
        return 0
    if "--help" in sys.argv:
        print(HELP)
        return 0
    primes = "PROBE_PRIMED" in sys.argv[-1]
    behaviour = BEHAVIOURS.get(os.environ.get("STUB_PRIME" if primes else "STUB", "fine"), answer_well)
    return answer_lines(behaviour) if "--input-format" in sys.argv else behaviour()


if __name__ == "__main__":
    sys.exit(main())
