"""The same client, upstream and sandbox for both sides of a comparison."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from probe.drivers import sandbox
from probe.drivers.claude_print import ClaudePrint
from probe.drivers.context import MADE_UP_TOKEN, ArmContext, RunContext
from probe.drivers.locate import ask_client, find_client
from probe.drivers.process import Cancel
from probe.inputs.load_target import embedded_target
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.scenario import Scenario, Step
from probe.redact import Redactor
from probe.upstream import EmbeddedUpstream

STEP = Step(label="call1", prompt="Reply with exactly: PROBE_OK", timeout_s=60)


@dataclass(frozen=True)
class Place:
    """A driver and the sandbox root that it uses; `base_url` is an upstream that does nothing wrong."""

    driver: ClaudePrint
    root: Path
    base_url: str


@contextmanager
def place() -> Iterator[Place]:
    """Start an upstream, find the client, and yield a driver for them."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedUpstream() as upstream, Cancel() as cancel:
        root = Path(folder)
        argv, source = find_client(None, os.environ)
        with sandbox.sandbox(root, 0, guarded=True, keep=False) as private:
            environment = sandbox.inherited_environment(os.environ) | private.environment() | sandbox.QUIET
            client = ask_client(argv, source, environment, private.work)
        arm = ArmSpec(target=embedded_target(upstream.base_url, None, {}))
        spec = RunSpec(scenario=Scenario(name="benchmark", steps=(STEP,)), arms=(arm,))
        run = RunContext(spec, dict(os.environ), cancel)
        context = ArmContext(arm, lambda *_: upstream.base_url, SecretStr(MADE_UP_TOKEN), {}, Redactor(), None)
        yield Place(ClaudePrint(client, root, run, context), root, upstream.base_url)
