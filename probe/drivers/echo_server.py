"""An MCP server with one tool, `echo`, which gives back its text with a mark. It does nothing else.

The client of a deep check starts it as a program of its own: `python -I echo_server.py FILE MARK`. Each call is appended
to FILE as a line of JSON. It imports nothing of probe.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

_MOST_CALLS = 20
_MOST_CHARS = 1_000_000
_TOOL = {
    "name": "echo",
    "description": "Gives back the text that it is given, with a mark.",
    "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
}


def main(path: str, mark: str) -> None:
    """Answer the requests on standard input until it ends."""
    calls = 0
    with open(path, "a", encoding="utf-8") as log:  # noqa: PTH123 - a start without pathlib is faster
        for line in sys.stdin.buffer:
            request = _request(line)
            if request is None or "id" not in request:
                continue
            if request.get("method") == "tools/call":
                calls += 1
                log.write(json.dumps(request.get("params"))[:_MOST_CHARS] + "\n")
                log.flush()
            result = _result(request, mark) if calls <= _MOST_CALLS else None
            _answer(request["id"], result)


def _request(line: bytes) -> Mapping[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _result(request: Mapping[str, Any], mark: str) -> Mapping[str, Any] | None:
    """Return the result of a request; None for one that this server does not know."""
    params = request.get("params")
    params = params if isinstance(params, dict) else {}
    match request.get("method"):
        case "initialize":
            version = params.get("protocolVersion", "2025-06-18")
            info = {"name": "probe", "version": "1"}
            return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info}
        case "tools/list":
            return {"tools": [_TOOL]}
        case "tools/call" if params.get("name") == "echo":
            arguments = params.get("arguments")
            text = arguments.get("text") if isinstance(arguments, dict) else None
            return {"content": [{"type": "text", "text": f"{mark} {text}"}]}
        case "ping":
            return {}
        case _:
            return None


def _answer(number: object, result: Mapping[str, Any] | None) -> None:
    """Write a response: the result, or that there is no such method."""
    outcome = {"error": {"code": -32601, "message": "no such method"}} if result is None else {"result": result}
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": number, **outcome}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
