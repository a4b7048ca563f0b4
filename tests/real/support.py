"""Calls of the real client made in this process, so that a test sees what the upstream saw."""

import os
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from math import inf
from pathlib import Path
from typing import Any
from unittest.mock import patch

from probe.diagnose.classify import diagnose
from probe.drivers import claude_print
from probe.drivers.claude_print import ClaudePrint, found_client
from probe.drivers.context import MADE_UP_TOKEN
from probe.drivers.locate import Client
from probe.drivers.process import Cancel
from probe.model.call import Diagnosis
from probe.model.observation import Observation
from probe.model.scenario import Expect, Step
from probe.ports import CallOrder, RoundDriver
from probe.redact import Redactor
from probe.upstream import EmbeddedUpstream, ServedRequest, parse_fault
from probe.wire import Recorder
from tests.drivers.contexts import contexts
from tests.drivers.support import at_a_deadline
from tests.upstream.support import requests_of

MODEL = "probe-embedded-1"


@dataclass
class Bench:
    """An upstream, a sandbox root and the client; `call` makes one call and diagnoses it."""

    upstream: EmbeddedUpstream
    driver: ClaudePrint
    client: Client
    root: Path

    @contextmanager
    def round(self, number: int = 1) -> Iterator[RoundDriver]:
        with self.driver.open_round(number) as made:
            yield made

    def call(self, step: Step | None = None) -> tuple[Observation, Diagnosis]:
        step = step or Step(label="call1", prompt="Reply with exactly: PROBE_OK", expect=Expect(equals="PROBE_OK"))
        with self.round() as made:
            seen = made.call(CallOrder(1, step, str(uuid.uuid4()), None))
        return seen, diagnose(seen, step.expect, MODEL)

    def call_to_its_deadline(self, step: Step) -> tuple[Observation, Diagnosis]:
        """Make a call that may meet its deadline; with a later one if it had not asked by half of the first."""
        return at_a_deadline(
            lambda timeout_s: self.call(step.model_copy(update={"timeout_s": timeout_s})),
            lambda made: not made[0].timed_out or (made[0].words.requesting_at_ms or inf) < step.timeout_s * 500,
            step.timeout_s,
        )

    def main_requests(self) -> list[ServedRequest]:
        return [each for each in requests_of(self.upstream) if each.kind == "main"]


@contextmanager
def bench(
    words: str,
    root: Path,
    faults: Sequence[str] = (),
    *,
    recorder: bool = False,
    extra: Mapping[str, str] | None = None,
    route: Callable[[int, str], str] | None = None,
    grace_s: float | None = None,
    driver: type[ClaudePrint] = ClaudePrint,
    **settings: Any,
) -> Iterator[Bench]:
    """Yield a bench with these faults, with or without a recorder in the path.

    `extra` goes into the client's environment, `settings` to the driver. `route` gives the base URL of a call, and
    `grace_s` is the time between SIGTERM and SIGKILL, each where it is not the usual one.
    """
    with ExitStack() as stack:
        if grace_s is not None:
            stack.enter_context(patch.object(claude_print, "GRACE_S", grace_s))
        cancel = Cancel()
        stack.callback(cancel.close)
        upstream = stack.enter_context(EmbeddedUpstream([parse_fault(text) for text in faults]))
        client = asked_client(words)
        if recorder:
            settings["open_call"] = stack.enter_context(
                Recorder(redactor=Redactor(), environment=dict(os.environ))
            ).open_call
        run, arm = contexts(
            route or (lambda number, label: f"{upstream.base_url}/r/{number:04d}/{label}"),
            cancel,
            model=MODEL,
            variables=extra,
            **{"environment": dict(os.environ), "token": MADE_UP_TOKEN, **settings},
        )
        yield Bench(upstream, driver(client, root, run, arm), client, root)


@cache
def asked_client(words: str) -> Client:
    """Return the client that these words name; it is asked once, since its help costs a third of a call."""
    with found_client(words, os.environ, keep=False) as (client, _):
        return client


def inhabitants(root: Path) -> list[int]:
    """Return the processes whose environment names this directory (Linux)."""
    assert sys.platform == "linux"
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            environ = (place / "environ").read_bytes()
        except OSError:
            continue
        if str(root).encode() in environ and int(place.name) != os.getpid():
            found.append(int(place.name))
    return found
