"""Say a word and wait, until Ctrl-C kills us. A shell would not do: dash loses one that comes just before its exec."""

import signal
import time

signal.signal(signal.SIGINT, signal.SIG_DFL)
print("began", flush=True)
time.sleep(60)
