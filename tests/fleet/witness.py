"""A program: an upstream that notes every request, with the arm, the round and the attempt that it was made for.

    python -m tests.fleet.witness LOG [DELAY_S]

It prints its port. A line of the log is written before the request is answered: `arm round attempt label token`.
"""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple


class Asked(NamedTuple):
    """A request, as far as the witness tells requests apart."""

    arm: str
    number: int
    attempt: int
    label: str


def read_log(log: Path) -> Counter[Asked]:
    """Return how often each request was made."""
    lines = (line.split() for line in log.read_text().splitlines())
    return Counter(Asked(arm, int(number), int(attempt), label) for arm, number, attempt, label, _ in lines)


def answer() -> Iterator[tuple[str, dict[str, Any]]]:
    usage = {"input_tokens": 10, "output_tokens": 3}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": "m", "usage": usage}
    yield "message_start", {"message": {**message, "stop_reason": None, "stop_sequence": None}}
    yield "content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}
    yield "content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": "PROBE_OK"}}
    yield "content_block_stop", {"index": 0}
    yield "message_delta", {"delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": usage}
    yield "message_stop", {}


BODY = b"".join(f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode() for name, data in answer())


class Handler(BaseHTTPRequestHandler):
    """Notes a request and answers it."""

    protocol_version = "HTTP/1.1"
    log_file: Any = None
    delay_s = 0.0
    delay_file = Path()
    lock = threading.Lock()

    def delay(self) -> float:
        """Return how long to wait: as long as the file says, where there is one."""
        return float(self.delay_file.read_text() or 0) if self.delay_file.exists() else self.delay_s

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        words = self.path.split("/")
        known = words[2:6] if words[1] == "w" else ["-", "0", "0", "-"]
        token = self.headers.get("authorization", "-").removeprefix("Bearer ")
        with self.lock:
            self.log_file.write(f"{' '.join(known)} {token}\n")
            self.log_file.flush()
        time.sleep(self.delay())
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    Handler.log_file = Path(sys.argv[1]).open("a")  # noqa: SIM115 - as long as the program runs
    Handler.delay_file = Path(sys.argv[1]).with_name("delay")
    Handler.delay_s = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
