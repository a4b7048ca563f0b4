"""Says a word at once, and another when SIGTERM comes; then exits 0."""

import signal
import sys
from pathlib import Path


def on_sigterm(_number: int, _frame: object) -> None:
    """Say goodbye."""
    print("bye", flush=True)
    sys.exit(0)


signal.signal(signal.SIGTERM, on_sigterm)
print("hello", flush=True)
Path("ready").touch()
while True:
    signal.pause()
