"""Rewrite the head of a client's request for the upstream."""

import re

from probe.connection.route import UpstreamRoute

_REQUEST_LINE = re.compile(rb"((?:\r?\n)*[^\s]+ )([^\s]+)((?: [^\r\n]*)?\r?\n)")
_HOST = re.compile(rb"(\nhost:[ \t]*)[^\r\n]*", re.IGNORECASE)


def rewrite_head(head: bytes, route: UpstreamRoute, call_path: str | None = None) -> bytes:
    """Return a request's head for the upstream: a full URL becomes a path, and the Host header's value changes.

    The path stays: the client has that of the base URL already, and a redirect may have led it to any other. Only where
    a call has a base path of its own, `call_path` takes the place of the route's. A proxy of plain HTTP gets the full
    URL, and its password in a header. Bytes that are no head stay as they are.
    """
    match = _REQUEST_LINE.match(head)
    if match is None:
        return head
    start, target, rest = match.groups()
    if target.startswith(b"http://"):
        target = b"/" + target[7:].partition(b"/")[2]
    if call_path is not None:
        target = _moved(target, route.base_path.encode(), call_path.encode())
    reader = None if route.tunnelled else route.proxy
    if reader is not None and target.startswith(b"/"):
        target = f"http://{route.authority}".encode() + target
    if reader is not None and reader.authorization:
        rest += b"Proxy-Authorization: " + reader.authorization + b"\r\n"
    host = route.authority.encode()
    return start + target + _HOST.sub(lambda found: found[1] + host, rest + head[match.end() :])


def _moved(target: bytes, old: bytes, new: bytes) -> bytes:
    """Return a path with another base path, where it lies below the old one."""
    path, question_mark, query = target.partition(b"?")
    if not (path + b"/").startswith(old + b"/"):
        return target
    return new + path.removeprefix(old) + question_mark + query
