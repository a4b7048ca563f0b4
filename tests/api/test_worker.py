"""Long work in a thread of its own, and an impatient user in front of it."""

import signal
import threading
import time

import pytest

from probe.api.worker import in_worker
from probe.drivers.cancel import Cancel

pytestmark = pytest.mark.usefixtures("alone")


def test_a_second_control_c_is_raised_at_once_and_the_work_still_ends_in_order() -> None:
    main = threading.main_thread().ident or 0
    is_raised, has_ended = threading.Event(), threading.Event()
    watched: list[bool] = []

    def work(cancel: Cancel) -> None:
        signal.pthread_kill(main, signal.SIGINT)
        while not cancel.cancelled:
            time.sleep(0.01)
        signal.pthread_kill(main, signal.SIGINT)
        is_raised.wait(30)
        try:
            watched.append(cancel.wait(0))
        finally:
            has_ended.set()

    with pytest.raises(KeyboardInterrupt):
        in_worker(work)
    assert not has_ended.is_set()
    is_raised.set()
    assert has_ended.wait(30)
    for thread in threading.enumerate():
        if thread.name == "probe":
            thread.join(30)
    assert watched == [True]
