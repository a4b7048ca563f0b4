"""Perform a script on one connection."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import assert_never

from starlette.types import Send as AsgiSend

from probe.network import reset
from probe.upstream.kept_connection import KeptConnection
from probe.upstream.script import Action, Close, CloseWhenIdle, Hang, Pause, Repeat, Reset, ResponseHead, Script, Send


@dataclass
class Performance:
    """The response as far as it has been handed over; times are `time.monotonic()` seconds."""

    send: AsgiSend
    connection: KeptConnection
    status: int | None = None
    t_first_byte: float | None = None
    t_first_content: float | None = None
    aborted: bool = field(default=False)

    async def play(self, script: Script) -> None:
        """Perform the script to its end; a script that hangs ends when the task is cancelled."""
        for position, action in enumerate(script, 1):
            await self._perform(action, is_last=position == len(script))
        if not self.aborted and script and not isinstance(script[-1], Send):
            await self._body(b"", content=False, more=False)

    async def _perform(self, action: Action, is_last: bool) -> None:
        match action:
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Hang():
                await _forever()
            case ResponseHead(status, headers):
                await self._head(status, headers)
            case Send(data, content):
                # The end of the body goes with its last piece: a client may leave as soon as it has that.
                await self._body(data, content, more=not is_last)
            case Repeat(data, gap_s):
                await self._repeat(data, gap_s)
            case Close():
                self.aborted = True
                self.connection.transport.close()
            case Reset():
                self.aborted = True
                reset(self.connection.transport)
            case CloseWhenIdle(after_s):
                self.connection.close_when_idle(after_s)
            case _:
                assert_never(action)

    async def _head(self, status: int, headers: tuple[tuple[str, str], ...]) -> None:
        self.status = status
        encoded = [(name.encode(), value.encode()) for name, value in headers]
        await self.send({"type": "http.response.start", "status": status, "headers": encoded})
        self.t_first_byte = time.monotonic()

    async def _repeat(self, data: bytes, gap_s: float) -> None:
        while True:
            await self._body(data, content=False, more=True)
            await asyncio.sleep(gap_s)

    async def _body(self, data: bytes, content: bool, more: bool) -> None:
        await self.send({"type": "http.response.body", "body": data, "more_body": more})
        if content and self.t_first_content is None:
            self.t_first_content = time.monotonic()
        if more:
            # Lets the loop notice that the client has gone; asyncio warns about writing on without that.
            await asyncio.sleep(0)


async def _forever() -> None:
    await asyncio.get_running_loop().create_future()
