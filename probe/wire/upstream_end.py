"""The upstream's end of a link, as asyncio sees it."""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from probe.wire.pump import Link


class UpstreamEnd(asyncio.Protocol):
    """The upstream's side of a link."""

    def __init__(self, link: "Link") -> None:
        self._link = link
        self._can_half_close = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._can_half_close = transport.can_write_eof()
        self._link.upstream_made(transport)

    def data_received(self, data: bytes) -> None:
        self._link.upstream_data(data)

    def eof_received(self) -> bool:
        self._link.upstream_eof()
        return self._can_half_close

    def connection_lost(self, exc: Exception | None) -> None:
        self._link.upstream_lost(exc)

    def pause_writing(self) -> None:
        self._link.upstream_full()

    def resume_writing(self) -> None:
        self._link.upstream_drained()
