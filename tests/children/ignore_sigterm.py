"""Ignores every signal that can be ignored, and does not end."""

import contextlib
import signal
import time
from pathlib import Path

for number in signal.valid_signals():
    with contextlib.suppress(OSError):
        signal.signal(number, signal.SIG_IGN)
print("deaf", flush=True)
Path("ready").touch()
time.sleep(600)
