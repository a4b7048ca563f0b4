"""A tap that stays for several calls of one process, and requests for it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from probe.wire import CallTap
from tests.wire.support import post, recorder

MAIN = {
    "model": "m",
    "max_tokens": 9,
    "stream": False,
    "tools": [{"name": "Bash"}],
    "messages": [{"role": "user", "content": "hi"}],
}
KEY = b"x-api-key: key\r\n"


def ask(client: socket.socket, value: object, path: str = "/v1/messages") -> None:
    client.sendall(post(value, path=path, extra=KEY))


@contextmanager
def tap_of(base_url: str, *, keep_bodies: bool = False) -> Iterator[CallTap]:
    with recorder(keep_bodies=keep_bodies) as running, running.open_call(base_url) as tap:
        yield tap
