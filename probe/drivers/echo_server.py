"""An MCP server with one tool, `echo`, which gives back its text after a mark. It does nothing else.

The client of a deep check starts it as a program of its own: `python -I echo_server.py FILE MARK`. Each call is added
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
    "description": "Gives back the text that it is given, after a mark.",
    "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
}
_UNKNOWN = {"error": {"code": -32601, "message": "no such method"}}


def main(path: str, mark: str) -> None:
    """Answer the requests on standard input until it ends."""
    calls = 0
    with open(path, "a", encoding="utf-8") as log:  # noqa: PTH123 - it starts faster without pathlib
        for line in sys.stdin.buffer:
            request = _request(line)
            if "id" not in request:
                continue
            if request.get("method") == "tools/call":
                calls += 1
                if calls > _MOST_CALLS:
                    return
                log.write(json.dumps(request.get("params"))[:_MOST_CHARS] + "\n")
                log.flush()
            answer = {"jsonrpc": "2.0", "id": request["id"], **_outcome(request, mark)}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


def _request(line: bytes) -> Mapping[str, Any]:
    """Return the request in a line; an empty one where there is none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _outcome(request: Mapping[str, Any], mark: str) -> Mapping[str, Any]:
    """Return the result of a request, or the error for one that this server does not know."""
    given = request.get("params")
    params = given if isinstance(given, dict) else {}
    match request.get("method"):
        case "initialize":
            version = params.get("protocolVersion", "2025-06-18")
            about = {"name": "probe", "version": "1"}
            return {"result": {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": about}}
        case "tools/list":
            return {"result": {"tools": [_TOOL]}}
        case "tools/call" if params.get("name") == _TOOL["name"]:
            return {"result": {"content": [{"type": "text", "text": f"{mark} {_text(params)}"}]}}
        case "ping":
            return {"result": {}}
        case _:
            return _UNKNOWN


def _text(params: Mapping[str, Any]) -> object:
    arguments = params.get("arguments")
    return arguments.get("text") if isinstance(arguments, dict) else None


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
