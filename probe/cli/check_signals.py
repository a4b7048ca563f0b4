"""Signals that end a check."""

import signal
from contextlib import AbstractContextManager
from types import FrameType

from probe.cli.signals import FROM_OUTSIDE, handled


def ended_by_signals() -> AbstractContextManager[None]:
    """Let SIGTERM and SIGHUP end a check as Ctrl-C does, so that nothing is left behind."""

    def press_ctrl_c(_number: int, _frame: FrameType | None) -> None:
        # While asyncio runs, it makes a cancel of that one signal; an exception in the midst of it would be a defect.
        signal.raise_signal(signal.SIGINT)

    return handled({signal.SIGINT: signal.default_int_handler, **dict.fromkeys(FROM_OUTSIDE, press_ctrl_c)})
