"""Refuse a run whose rounds at a time need more open files than this process may have."""

import resource

from probe.errors import EnvironmentUnusableError
from probe.model.run_spec import RunSpec

_WITHOUT_ROUNDS = 64
_OF_CLIENT_ROUND = 8
"""Open files of a round with a client: pipes, the recorder's port, and its connections."""


def require_open_files(spec: RunSpec, *, runs_client: bool) -> None:
    """Raise EnvironmentUnusableError where the limit of open files would end calls, which then look like failures."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    of_round = _of_round(spec, runs_client=runs_client)
    needed = _WITHOUT_ROUNDS + spec.options.concurrency * of_round
    if allowed == resource.RLIM_INFINITY or allowed >= needed:
        return
    fits = max((allowed - _WITHOUT_ROUNDS) // of_round, 1)
    raise EnvironmentUnusableError(
        f"needs about {needed} open files, and this shell allows {allowed}",
        key=f"--concurrency {spec.options.concurrency}",
        remedy=f"Run `ulimit -n {needed}` first, or use --concurrency {fits}.",
    )


def _of_round(spec: RunSpec, *, runs_client: bool) -> int:
    """Return the open files of a round: by plain HTTP its connection, and the embedded upstream's end of it."""
    return _OF_CLIENT_ROUND if runs_client else 1 + any(arm.embedded for arm in spec.arms)
