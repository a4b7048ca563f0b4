"""Stops itself; continued, it ends by SIGTERM with a word."""

import os
import signal
import sys
from pathlib import Path


def on_sigterm(_number: int, _frame: object) -> None:
    """Say goodbye."""
    print("continued", flush=True)
    sys.exit(7)


signal.signal(signal.SIGTERM, on_sigterm)
Path("ready").touch()
os.kill(os.getpid(), signal.SIGSTOP)
signal.pause()
