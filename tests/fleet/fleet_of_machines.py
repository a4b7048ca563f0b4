"""A fleet on machines that are namespaces: each has a folder with `probe.toml`, a token and certificates of its own."""

import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import Probe, Ran
from tests.fleet.namespaces import CENTRE, Machines, Namespace, Vantage
from tests.fleet.relay_at_centre import BASE_URL, MODEL

SCHEDULER = f"tls://{CENTRE}:8786"
_ENDS_WITHIN_S = 20
_PROBE_TOML = f"""
[targets.relay]
base_url = "{BASE_URL}"
model = "{MODEL}"
token_env = "RELAY_TOKEN"
"""


@dataclass(frozen=True)
class Machine(Probe):
    """`probe` on one machine."""

    namespace: Namespace = field(kw_only=True)

    def command(self, *words: str) -> list[str]:
        return self.namespace.command(*super().command(*words))

    def __call__(self, *words: str, code: int | None = 0, **env: str) -> Ran:
        """Run it in a process of its own, since a machine is a namespace that a process is started in."""
        return self.alone(*words, code=code, timeout_s=1800, **env)


@dataclass(frozen=True)
class Fleet:
    """The coordinator's machine, which is the scheduler's too, and those of the vantages, with a worker each."""

    network: Machines
    centre: Machine
    workers: Mapping[str, Machine]

    def run(self, vantages: str, *words: str, code: int | None = 0) -> Ran:
        """Make a run at these vantages, with these options more."""
        places = [word for name in vantages.split() for word in ("--vantage", name)]
        return self.centre.run("--fleet", SCHEDULER, "--tls", "keys", *places, "--target", "relay", *words, code=code)

    def status(self) -> Ran:
        """Ask who is there."""
        return self.centre("fleet", "status", SCHEDULER, "--tls", "keys")


@contextmanager
def fleet_of_machines(
    network: Machines, folder: Path, vantages: Mapping[str, Vantage], **environment: str
) -> Iterator[Fleet]:
    """Yield a fleet with a worker at each vantage, all connected by TLS; end its processes afterwards."""
    centre = _machine(folder, network.centre, environment)
    centre("fleet", "keys", "keys", *(word for name in vantages for word in ("--vantage", name)))
    workers = {name: _machine(folder, vantage.namespace, environment) for name, vantage in vantages.items()}
    with ExitStack() as stack:
        listening = _started(stack, centre, "fleet", "scheduler", "--host", CENTRE, "--tls", "keys/scheduler")
        assert _first_line(listening).startswith(SCHEDULER)
        connecting = []
        for name, worker in workers.items():
            shutil.copytree(centre.folder / "keys" / name, worker.folder / name)
            words = "fleet", "worker", SCHEDULER, "--vantage", name, "--tls", name
            connecting.append(_started(stack, worker, *words))
        assert all("Connected" in _first_line(worker) for worker in connecting)
        yield Fleet(network, centre, workers)


def _machine(folder: Path, namespace: Namespace, environment: Mapping[str, str]) -> Machine:
    own = folder / namespace.name
    own.mkdir()
    (own / "probe.toml").write_text(_PROBE_TOML)
    return Machine(own, {**environment, "RELAY_TOKEN": f"made-up-for-{namespace.name}"}, namespace=namespace)


def _started(stack: ExitStack, machine: Machine, *words: str) -> "subprocess.Popen[str]":
    """Start a command, which is interrupted when the stack is left."""
    process = machine.start(*words, stderr=subprocess.STDOUT)
    stack.callback(_interrupt, process)
    return process


def _first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _interrupt(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
