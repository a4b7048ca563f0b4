"""escape.py HOW… THEN: a descendant that gets away, prints its pid and sleeps; then exits, hangs, or crashes.

HOW: session (setsid), orphan (its parent ends at once), wiped (no environment), away (cwd `/`), mute (no pipes),
writer (writes on and on), loner (its own child is in yet another session).
"""

import os
import sys
import time
from pathlib import Path

*how, then = sys.argv[1:]
ready_fd, starting_fd = os.pipe()  # ends at the exec
if os.fork() == 0:
    if "session" in how:
        os.setsid()
    if "orphan" in how and os.fork():
        os._exit(0)
    if "loner" in how and os.fork() == 0:
        os.setsid()
    os.write(1, b"%d\n" % os.getpid())
    if "away" in how:
        os.chdir("/")
    if "mute" in how:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
    argv = ["/bin/sh", "-c", "while :; do echo more; done"] if "writer" in how else ["/bin/sleep", "600"]
    os.execve(argv[0], argv, {} if "wiped" in how else os.environ)
os.close(starting_fd)
os.read(ready_fd, 1)
Path("ready").touch()
if then == "hang":
    time.sleep(600)
if then == "crash":
    os.abort()
