"""The one place that spawns, waits for and kills children: `run(command, limits, cancel)`.

Each child gets a session of its own, `/dev/null` as stdin, and a deadline which goes by the exit of the process, never
by the end of its pipes. At the deadline, or on a cancel: SIGTERM to its group, `grace_s`, SIGKILL. After every call,
also a clean one, the group is killed and escaped descendants are swept (`_process_orphans` has the rule): no process
survives a call, but for what a command that `may_leave` has left. A child that cannot be started, fails or is late is
a result, not an exception.

Tested on Linux. Written for macOS (kqueue, psutil) and Windows (a Job Object, reader threads), but untested there.
"""

import sys

from probe.drivers._process_types import Cancel, Capture, Command, Finished, Limits, Output, SpawnFailure

if sys.platform == "win32":
    from probe.drivers._process_windows import run
else:
    from probe.drivers._process_posix import run
if sys.platform == "linux":
    from probe.drivers._process_orphans import become_subreaper
else:
    from probe.drivers._process_tree import become_subreaper

__all__ = ["Cancel", "Capture", "Command", "Finished", "Limits", "Output", "SpawnFailure", "become_subreaper", "run"]
