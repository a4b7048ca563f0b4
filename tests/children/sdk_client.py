"""Stand in for the client below the Agent SDK: obey its control protocol, and answer prompts as they ask to.

A prompt is a word, and what is after it is printed in the result. `say X`: print X; `replay FILE`: print the lines of
a file; `pid`, `env` and `argv`: print these; `exit N`: end; `garble`: print JSON that is cut off; `noise`: print lines
that are no JSON, and then a result; `flood`: print without end; `hang`: print nothing until an interrupt.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

hanging: list[str] = []


def put(**fields: object) -> None:
    print(json.dumps(fields), flush=True)


def finish(text: str, **fields: object) -> None:
    usual = {
        "subtype": "success",
        "duration_ms": 1,
        "duration_api_ms": 1,
        "is_error": False,
        "num_turns": 1,
        "session_id": "s",
    }
    put(type="result", result=text, **(usual | fields))


def flood() -> None:
    while True:
        put(type="system", subtype="noise", data="x" * 60_000)


def hang(prompt: str) -> None:
    put(type="system", subtype="init")
    hanging.append(prompt)


def make_noise(text: str) -> None:
    print("[SandboxDebug] …\n\x00\x01\nnull\n[]\n", flush=True)
    finish(text)


ANSWERS: dict[str, Callable[[str], object]] = {
    "say": finish,
    "replay": lambda path: print(Path(path).read_text().strip(), flush=True),
    "pid": lambda _: finish(str(os.getpid())),
    "env": lambda _: finish(json.dumps(dict(os.environ))),
    "argv": lambda _: finish(json.dumps(sys.argv[1:])),
    "exit": lambda code: os._exit(int(code)),
    "garble": lambda _: print('{"type": "res', flush=True),
    "noise": make_noise,
    "flood": lambda _: flood(),
    "hang": hang,
}


def control(request_id: str, request: dict[str, object]) -> None:
    put(type="control_response", response={"subtype": "success", "request_id": request_id, "response": {}})
    if request["subtype"] == "interrupt":
        hanging.clear()
        finish("", subtype="error_during_execution", is_error=True)


for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "control_request":
        control(message["request_id"], message["request"])
    else:
        word, _, rest = message["message"]["content"].partition(" ")
        ANSWERS[word](rest)
if hanging:
    time.sleep(3600)
