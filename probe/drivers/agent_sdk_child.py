"""Run the Claude Agent SDK: prompts come in on stdin and messages go out on stdout, as JSON lines.

A program of its own, run by path, since the SDK passes the whole environment of its process on to the client. It
imports nothing of `probe`. Its lines are those of `claude --print` with `--input-format stream-json`, and three more:
`sdk_ready` at the start, `options` (for ClaudeAgentOptions) in each prompt, and `turn_ended` after all that a prompt
caused. The argument `client` keeps one `ClaudeSDKClient`; `query` makes each call by `query()`, with a new process.
"""

import asyncio
import contextlib
import dataclasses
import json
import sys
from collections.abc import AsyncIterator
from typing import Any, Protocol

import claude_agent_sdk as sdk

_MOST_LINE_BYTES = 64 * 1024 * 1024

Json = dict[str, Any]


class Caller(Protocol):
    """A way to make calls by the SDK. `exit_code` is that of the client after a call without an error, if it ends."""

    exit_code: int | None

    def messages(self, prompt: str, options: sdk.ClaudeAgentOptions) -> AsyncIterator[sdk.Message]:
        """Send a prompt, and yield what comes until the turn is over."""
        ...

    async def interrupt(self) -> None:
        """End the turn early."""
        ...

    async def close(self) -> None:
        """End the client."""
        ...


class PersistentCaller:
    """One `ClaudeSDKClient` for all calls. It takes the options of the first."""

    exit_code: int | None = None

    def __init__(self) -> None:
        self._client: sdk.ClaudeSDKClient | None = None

    async def messages(self, prompt: str, options: sdk.ClaudeAgentOptions) -> AsyncIterator[sdk.Message]:
        if self._client is None:
            self._client = sdk.ClaudeSDKClient(options)
            await self._client.connect()
        await self._client.query(prompt)
        async for message in self._client.receive_response():
            yield message

    async def interrupt(self) -> None:
        """Interrupt the turn; a client that is still starting, or gone, cannot be, and has to be ended from outside."""
        if self._client is not None:
            with contextlib.suppress(sdk.ClaudeSDKError):
                await self._client.interrupt()

    async def close(self) -> None:
        if self._client is not None:
            await self._client.disconnect()


class IsolatedCaller:
    """A `query()` for each call. It has no interrupt, so that a late one has to be ended from outside."""

    exit_code: int | None = 0

    async def messages(self, prompt: str, options: sdk.ClaudeAgentOptions) -> AsyncIterator[sdk.Message]:
        async for message in sdk.query(prompt=prompt, options=options):
            yield message

    async def interrupt(self) -> None:
        return

    async def close(self) -> None:
        return


async def serve(caller: Caller, orders: asyncio.StreamReader) -> None:
    """Make the calls that are ordered, until the orders end. An interrupt is obeyed while a call is going on."""
    prompts: asyncio.Queue[Json] = asyncio.Queue()
    worker = asyncio.create_task(_make_calls(caller, prompts))
    async for line in orders:
        order = json.loads(line)
        if order["type"] == "user":
            prompts.put_nowait(order)
        else:
            await caller.interrupt()
    worker.cancel()
    await caller.close()


async def _make_calls(caller: Caller, prompts: "asyncio.Queue[Json]") -> None:
    while True:
        say(await _make_call(caller, await prompts.get()))


async def _make_call(caller: Caller, order: Json) -> Json:
    """Make one call, say its messages, and return the line that ends it."""
    ending: Json = {"type": "turn_ended", "exit_code": caller.exit_code, "error": None}
    try:
        options = sdk.ClaudeAgentOptions(**order["options"])
        async for message in caller.messages(order["message"]["content"], options):
            say(line_of(message))
    except Exception as error:  # noqa: BLE001 - reported to the driver, whatever it is
        ending["error"] = f"{type(error).__name__}: {error}"
        ending["exit_code"] = getattr(error, "exit_code", None)
    return ending


def line_of(message: sdk.Message) -> Json:
    """Return a message of the SDK as the client's own line, as far as the SDK passes its content on."""
    match message:
        case sdk.SystemMessage():
            return message.data
        case sdk.StreamEvent():
            return {"type": "stream_event", "event": message.event, "session_id": message.session_id}
        case sdk.AssistantMessage():
            blocks = list(map(_block, message.content))
            return {"type": "assistant", "message": {"model": message.model, "content": blocks}, "error": message.error}
        case sdk.ResultMessage():
            fields = dataclasses.asdict(message)
            return {"type": "result", **fields, "modelUsage": fields.get("model_usage")}
        case _:
            return {"type": type(message).__name__}


def _block(block: object) -> Json:
    kind = {sdk.TextBlock: "text", sdk.ThinkingBlock: "thinking", sdk.ToolUseBlock: "tool_use"}.get(
        type(block), "other"
    )
    return {"type": kind, **dataclasses.asdict(block)}  # type: ignore[call-overload]


def say(line: Json) -> None:
    """Print a line at once."""
    sys.stdout.write(json.dumps(line, default=str) + "\n")
    sys.stdout.flush()


async def main(mode: str) -> None:
    """Say that the SDK is loaded, and serve stdin."""
    orders = asyncio.StreamReader(limit=_MOST_LINE_BYTES)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    say({"type": "sdk_ready", "version": sdk.__version__})
    await serve(PersistentCaller() if mode == "client" else IsolatedCaller(), orders)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
