"""An event loop in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_STOP_S = 2.0
_Result = TypeVar("_Result")


class LoopThread:
    """An event loop in a daemon thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        # asyncio would log what a hostile upstream makes of it.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._thread = threading.Thread(target=self._run, name="probe-recorder", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, _Result], timeout_s: float | None = None) -> _Result:
        """Run a coroutine in the loop and return its result. Raises TimeoutError after `timeout_s`."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout_s)

    def call_soon(self, function: Callable[..., object], *arguments: Any) -> None:
        """Have the loop call a function, and wait for nothing."""
        self._loop.call_soon_threadsafe(function, *arguments)

    def stop(self) -> None:
        """End all tasks and the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP_S)

    def _run(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._wind_up())
            self._loop.close()

    async def _wind_up(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Transports close their sockets some passes after they were told to.
        await asyncio.sleep(0.001)
