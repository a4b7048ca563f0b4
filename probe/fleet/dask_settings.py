"""Dask with settings of our own: those of the user, in files or DASK_* variables, change nothing here."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

import dask.config

SETTINGS = {
    # A round is never made again without the coordinator's word.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.active-memory-manager.start": False,
    # A worker that stands still is given up with its lease.
    "distributed.scheduler.worker-ttl": "30s",
    # Nothing is served but the fleet's own protocol.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # Nothing runs beside the rounds that could disturb them.
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    "distributed.diagnostics.nvml": False,
    "distributed.comm.timeouts.connect": "10s",
    "distributed.comm.timeouts.tcp": "30s",
}
_LOGGERS = ("distributed", "distributed.client", "distributed.gc", "tornado", "tornado.application")
"""The loggers that Dask has write to the terminal."""


@contextmanager
def own_settings() -> Iterator[None]:
    """Use Dask's defaults with our settings on top, and put back what was there before."""
    before = deepcopy(dask.config.config)
    dask.config.refresh(paths=[], env={})
    import distributed  # noqa: F401 - adds its defaults, and reads them as it is imported

    dask.config.refresh(paths=[], env={})
    dask.config.set(SETTINGS)
    for logger in _LOGGERS:
        _silence(logging.getLogger(logger))
    try:
        yield
    finally:
        dask.config.config.clear()
        dask.config.config.update(before)


def _silence(logger: logging.Logger) -> None:
    """Keep a library's log off the terminal: what a person has to know is said by probe."""
    logger.handlers = [logging.NullHandler()]
    logger.propagate = False
    logger.setLevel(logging.CRITICAL)
