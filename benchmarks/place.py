"""The same client, upstream and sandbox for both sides of a comparison."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from probe.drivers import sandbox
from probe.drivers.claude_print import MADE_UP_TOKEN, ClaudePrint, Settings
from probe.drivers.locate import ask_client, find_client
from probe.drivers.process import Cancel
from probe.model.scenario import Step
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
    with tempfile.TemporaryDirectory() as folder, EmbeddedUpstream() as upstream, Cancel() as cancel:
        root = Path(folder)
        argv, source = find_client(None, os.environ)
        with sandbox.sandbox(root, 0, guarded=True, keep=False) as private:
            environment = sandbox.inherited_environment(os.environ) | private.environment() | sandbox.QUIET
            client = ask_client(argv, source, environment, private.work)
        settings = Settings(
            route=lambda *_: upstream.base_url, token=MADE_UP_TOKEN, environment={"ANTHROPIC_MODEL": "probe-embedded-1"}
        )
        yield Place(ClaudePrint(client, root, settings, cancel), root, upstream.base_url)
