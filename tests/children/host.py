"""host.py ROOT [keep]: a small `probe`: a Guardian over ROOT and one call in it that hangs, with an escapee."""

import signal
import sys
from pathlib import Path

from probe.drivers.guardian import Guardian
from probe.drivers.process import Cancel, ChildCommand, Limits, run

root = Path(sys.argv[1])
home = root / "home"
home.mkdir(parents=True)
cancel = Cancel()
signal.signal(signal.SIGTERM, lambda _number, _frame: cancel.cancel())
script = str(Path(__file__).with_name("escape.py"))
with Guardian(root, keep="keep" in sys.argv):
    result = run(
        ChildCommand((sys.executable, "-IS", script, "session", "mute", "hang"), {"HOME": str(home)}, home),
        Limits(60.0),
        cancel,
    )
print(result.cancelled if not hasattr(result, "reason") else result, flush=True)
