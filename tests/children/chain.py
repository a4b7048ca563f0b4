"""chain.py SECONDS: a descendant, in a session of its own, starts the next and ends, and so on for so long; exits."""

import os
import sys
import time

end_s = time.monotonic() + float(sys.argv[1])
if first := os.fork():
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    time.sleep(0.2)  # the chain has begun
    os._exit(0)
os.setsid()
while time.monotonic() < end_s:
    if os.fork():
        os._exit(0)
