"""A cheap upstream that notes when it answers: `python -m benchmarks.timed_upstream LOG [SECONDS]`.

It speaks both APIs, streams the first token after SECONDS (0.05) and the rest a little later, and names each answer in
the header `request-id`. It prints its base URL. At the end of its standard input it writes LOG: a line of JSON for each
answer with its id and the times on the monotonic clock of the machine, and a last one with its own CPU time.
"""

import asyncio
import gc
import json
import re
import resource
import sys
import time
from pathlib import Path

FIRST_TOKEN_S = 0.05
REST_S = 0.01
TOKENS = 8
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: %s\r\ntransfer-encoding: chunked\r\n\r\n"
_CLIENTS_ID = re.compile(rb"\r\nx-request-id: *([^\r]+)", re.IGNORECASE)


def _event(name: str, **fields: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **fields})}\n\n".encode()


def _chunk(**fields: object) -> bytes:
    base = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return f"data: {json.dumps(base | fields)}\n\n".encode()


def _delta(text: str, reason: str | None = None) -> bytes:
    return _chunk(choices=[{"index": 0, "delta": {"content": text} if text else {}, "finish_reason": reason}])


def _token(text: str) -> bytes:
    return _event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})


_USAGE = {"input_tokens": 9, "output_tokens": TOKENS}
_MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "usage": _USAGE}
_MESSAGES = (
    _event("message_start", message=_MESSAGE)
    + _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    + _token("PROBE_OK"),
    b"".join(_token(f" word{number}") for number in range(1, TOKENS))
    + _event("content_block_stop", index=0)
    + _event("message_delta", delta={"stop_reason": "end_turn"}, usage=_USAGE)
    + _event("message_stop"),
)
_CHAT_USAGE = {"prompt_tokens": 9, "completion_tokens": TOKENS, "total_tokens": 9 + TOKENS}
_CHAT = (
    _delta("PROBE_OK"),
    b"".join(_delta(f" word{number}") for number in range(1, TOKENS))
    + _delta("", "stop")
    + _chunk(choices=[], usage=_CHAT_USAGE)
    + b"data: [DONE]\n\n",
)
_MODELS = b'{"object":"list","data":[{"id":"m","object":"model"}]}'


class _Served(asyncio.Protocol):
    """A connection, whose requests come one after the other."""

    def __init__(self, log: list[tuple[str, float, float]], first_token_s: float) -> None:
        self._log = log
        self._wait_s = first_token_s
        self._data = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, blank, body = self._data.partition(b"\r\n\r\n")
        if not blank:
            return
        length = _LENGTH.search(head)
        if length and len(body) < int(length[1]):
            return
        now, self._data = time.monotonic(), b""
        if not head.startswith(b"POST"):
            self._write(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                % (len(_MODELS), _MODELS)
            )
            return
        sent_id = _CLIENTS_ID.search(head)
        name = sent_id[1] if sent_id else b"req_%d" % len(self._log)
        answer = _CHAT if b"/chat/completions " in head else _MESSAGES
        place = len(self._log)
        self._log.append((name.decode(), now, 0.0))
        asyncio.get_running_loop().call_later(self._wait_s, self._begin, place, name, answer)

    def _begin(self, place: int, name: bytes, answer: tuple[bytes, bytes]) -> None:
        known, received, _ = self._log[place]
        self._log[place] = (known, received, time.monotonic())
        self._write(_HEAD % name + b"%x\r\n%s\r\n" % (len(answer[0]), answer[0]))
        asyncio.get_running_loop().call_later(REST_S, self._end, answer[1])

    def _end(self, rest: bytes) -> None:
        self._write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(rest), rest))

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


async def _serve(first_token_s: float) -> list[tuple[str, float, float]]:
    loop = asyncio.get_running_loop()
    log: list[tuple[str, float, float]] = []
    server = await loop.create_server(lambda: _Served(log, first_token_s), "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    return log


def main(path: str, first_token_s: float) -> None:
    """Serve until standard input ends, and write the log."""
    gc.disable()
    log = asyncio.run(_serve(first_token_s))
    used = resource.getrusage(resource.RUSAGE_SELF)
    lines = [{"id": name, "received": received, "first_byte": first} for name, received, first in log]
    text = "\n".join(json.dumps(line) for line in [*lines, {"cpu_s": used.ru_utime + used.ru_stime}])
    Path(path).write_text(text)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else FIRST_TOKEN_S)
