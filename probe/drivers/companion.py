"""Start a module of ours as a process of its own, which no key of the terminal and no end of ours reaches."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from probe.errors import EnvironmentUnusableError


class Companion:
    """A process of ours that takes and gives lines of JSON. It outlives us, and sees its input end when we are gone.

    Raises EnvironmentUnusableError where it cannot be started.
    """

    def __init__(self, module: str, descriptors: Iterable[int] = ()) -> None:
        try:
            # -P: the working directory is the user's, and no module of his is to be taken for one of ours.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=tuple(descriptors),
                cwd=os.sep,
                start_new_session=True,
            )
        except OSError as error:
            raise EnvironmentUnusableError(f"{sys.executable} cannot be started: {error.strerror}") from None
        self.pid = self._process.pid
        self._telling = threading.Lock()

    def tell(self, message: Mapping[str, Any]) -> None:
        """Send it a message; one that has ended gets none."""
        assert self._process.stdin is not None  # noqa: S101 - for the type checker
        with self._telling, contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()

    def messages(self) -> Iterator[dict[str, Any]]:
        """Yield what it says, until it has ended."""
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        with self._process.stdout as answers:
            for line in answers:
                yield json.loads(line)
        self._reap()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._reap()

    def close(self) -> None:
        """End it at once; nobody listens to it any more."""
        self.kill()
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        self._process.stdout.close()

    def _reap(self) -> None:
        self._process.wait()
        assert self._process.stdin is not None  # noqa: S101 - for the type checker
        with self._telling, contextlib.suppress(OSError):
            self._process.stdin.close()
