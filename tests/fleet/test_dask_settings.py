"""Dask within `probe`: it has no settings but ours, and says nothing by itself."""

import logging

import pytest

pytest.importorskip("distributed")

import dask.config

from probe.fleet.dask_settings import own_settings


def writers() -> set[str]:
    """Return the loggers of Dask, and of what it is built on, that write to the terminal."""
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    writing = {
        logger.name for logger in loggers if any(type(each) is logging.StreamHandler for each in logger.handlers)
    }
    return {name for name in writing if name.startswith(("distributed", "tornado"))}


def test_what_dask_logs_is_not_written_to_the_terminal() -> None:
    import distributed  # noqa: F401 - makes them, and has them write

    logger = logging.getLogger("distributed.client")
    logger.addHandler(logging.StreamHandler())
    assert "distributed.client" in writers()
    with own_settings():
        assert writers() == set()


def test_settings_of_the_user_count_for_nothing_and_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "7")
    with dask.config.set({"distributed.scheduler.allowed-failures": 9, "mine": 1}):
        with own_settings():
            assert dask.config.get("distributed.scheduler.allowed-failures") == 0
            assert dask.config.get("mine", None) is None
        assert dask.config.get("distributed.scheduler.allowed-failures") == 9
