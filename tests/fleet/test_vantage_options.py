"""Options of a run with vantages: what is refused, and what this machine does without any fleet."""

import json
import subprocess
import sys

import pytest

from tests.cli.test_chinese import english
from tests.conftest import Probe

ELSEWHERE = ("--fleet", "tcp://127.0.0.1:1", "--vantage", "fra")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--vantage", "fra"), "no fleet is named"),
        (("--fleet", "tcp://127.0.0.1:1"), "no vantage of it"),
        (("--vantage", "Fra!"), "no name of a vantage"),
        (("--vantage", "local", "--vantage", "local"), "named twice"),
        ((*ELSEWHERE, "--prepare", "true"), "--prepare with --vantage"),
        ((*ELSEWHERE, "--gap", "1s", "--gap-upto", "2s"), "--gap-upto with --vantage"),
        ((*ELSEWHERE, "--client", "claude"), "--client with --vantage"),
        ((*ELSEWHERE, "--keep-sandbox"), "--keep-sandbox with --vantage"),
        ((*ELSEWHERE, "--dangerously-skip-permissions"), "--dangerously-skip-permissions with --vantage"),
        ((*ELSEWHERE, "--env", "MY_SECRET=x"), "secrets do not travel"),
        ((*ELSEWHERE, "--tls", "nowhere"), "there is no ca.pem"),
        (("--fleet", "tls://127.0.0.1:1", "--vantage", "fra"), "no directory with certificates"),
        (("--fleet", "tcp://192.0.2.7:1", "--vantage", "fra"), "without certificates"),
    ],
)
def test_what_cannot_be_had_at_a_vantage_is_refused(probe: Probe, words: tuple[str, ...], says: str) -> None:
    pytest.importorskip("distributed")
    told = probe("run", "--target", "embedded", "--fault", "none", *words, code=2)
    assert says in told.err
    assert english(probe("--lang", "zh", "run", "--target", "embedded", *words, code=2).err) == []


def test_a_fleet_without_a_scheduler_is_said(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("probe.fleet.fleet_client._CONNECT_S", 0.2)
    told = probe("run", "--target", "embedded", "--driver", "messages", *ELSEWHERE, code=4)
    assert "no scheduler of a fleet answers at tcp://127.0.0.1:1" in told.err


def test_this_machine_alone_is_a_vantage_without_a_fleet(probe: Probe) -> None:
    words = (
        "--target",
        "embedded",
        "--fault",
        "none",
        "--driver",
        "messages",
        "--vantage",
        "local",
        "-n",
        "2",
        "--json",
    )
    run = probe.run(*words).json["run"]
    (arm,) = (probe.folder / run / "arms").iterdir()
    assert arm.name == "embedded@local"
    manifest = json.loads((arm / "manifest.json").read_text())
    assert (manifest["vantage"], manifest["clock_offset_ms"]) == ("local", None)


def test_without_a_fleet_no_dask_is_imported() -> None:
    code = "import sys, probe.cli.make_run, probe.api.measuring; print({'dask', 'distributed'} & sys.modules.keys())"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
