"""Stand in for a client that is asked on its stdin. The prompt names what it does.

It answers an interrupt with a result, as the real one does, but for `deaf`. LIVE_LOG names a file for its command line
and the questions that it got.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def say(**fields: object) -> None:
    """Print a line of stream-json."""
    print(json.dumps(fields), flush=True)


def note(text: str) -> None:
    """Write a line to the log."""
    with Path(os.environ["LIVE_LOG"]).open("a") as log:
        log.write(text + "\n")


def result(text: str) -> None:
    """Print a good result."""
    say(type="result", subtype="success", is_error=False, result=text, session_id="s", total_cost_usd=0.25)


def fine() -> None:
    """Answer well."""
    say(type="system", subtype="init")
    say(type="stream_event", event={"type": "content_block_delta", "delta": {"text": '{"type":"result"}'}})
    say(type="assistant", message={"content": [{"type": "tool_result", "input": {"type": "result"}}]})
    result("fine")


def crash() -> None:
    """End by a signal."""
    os.kill(os.getpid(), signal.SIGSEGV)


def leave() -> None:
    """End with an error and no result."""
    print("no more of this", file=sys.stderr)
    sys.exit(3)


def answer_and_leave() -> None:
    """Answer, and end soon afterwards."""
    fine()
    print("that was the last", file=sys.stderr)
    sys.exit(4)


def answer_twice() -> None:
    """Answer twice."""
    fine()
    result("once more")


def garbage() -> None:
    """Print no JSON, and no result."""
    print("<html>not what you want</html>", flush=True)


def deaf() -> None:
    """Never answer nor end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


def flood() -> None:
    """Print more than anybody keeps, then a result."""
    say(type="system", subtype="init")
    line = json.dumps({"type": "stream_event", "event": {"text": "x" * 1000}})
    for _ in range(20_000):
        print(line)
    result("fine")


def endless_line() -> None:
    """Print a line that does not end."""
    sys.stdout.write('{"type": "result", "text": "' + "y" * 20_000_000)
    sys.stdout.flush()


def close_stdout() -> None:
    """Close stdout, and stay."""
    os.close(1)
    time.sleep(600)


def start_child() -> None:
    """Answer, and leave a process behind that gives itself a session of its own."""
    code = "import time; time.sleep(600)"
    subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stdout=subprocess.DEVNULL)
    fine()


def burn() -> None:
    """Use half a second of CPU time, then answer."""
    end_s = time.process_time() + 0.5
    while time.process_time() < end_s:
        pass
    fine()


def ask_for_tool() -> None:
    """Answer with a tool call, as a client that may take one turn only."""
    say(type="system", subtype="init")
    block = {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {}}
    say(type="stream_event", event={"type": "content_block_start", "content_block": block})
    say(type="result", subtype="error_max_turns", is_error=True, session_id="s")


def wait() -> None:
    """Wait for what is said next."""


BEHAVIOURS = {
    "crash": crash,
    "leave": leave,
    "last": answer_and_leave,
    "twice": answer_twice,
    "garbage": garbage,
    "deaf": deaf,
    "flood": flood,
    "endless": endless_line,
    "closed": close_stdout,
    "child": start_child,
    "burn": burn,
    "tool": ask_for_tool,
    "wait": wait,
}


def lines() -> Iterator[dict[str, Any]]:
    """Yield what is said on stdin."""
    for line in sys.stdin:
        yield json.loads(line)


def main() -> None:
    """Answer until stdin ends."""
    note(f"started {json.dumps(sys.argv[1:])}")
    for said in lines():
        if said.get("type") == "control_request":
            note("interrupted")
            say(type="result", subtype="error_during_execution", is_error=True, session_id="s")
            continue
        prompt = said["message"]["content"]
        note(f"asked {prompt}")
        BEHAVIOURS.get(prompt, fine)()
    note("ended")


if __name__ == "__main__":
    main()
