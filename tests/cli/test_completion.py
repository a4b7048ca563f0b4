"""Completion, by the protocol that shells speak with the installed program, and in bash itself."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from probe.cli.completion import FIGURES
from probe.model.outcome import Flag, Outcome
from probe.stats.gate_expressions import METRICS
from tests.builders import manifest
from tests.conftest import Probe
from tests.truth import Run, good

pytestmark = pytest.mark.usefixtures("quick")

PROGRAM = Path(sys.executable).parent / "probe"
COLD, WARM = "20261121T084100Z-cold-start-glm", "20261122T020000Z-keep-warm-glm"


@pytest.fixture
def folder(probe: Probe) -> Path:
    """Return a folder with targets and runs."""
    target = 'base_url = "https://relay.example"\nmodel = "m"\n'
    (probe.folder / "probe.toml").write_text(f"[targets.glm]\n{target}[targets.gemini]\n{target}")
    for name in (COLD, WARM):
        Run(manifest(run_id=name), ((good(1, 1), good(1, 2)),)).write(probe.folder / "reports" / "runs")
    return probe.folder


def completed(probe: Probe, line: str, **variables: str) -> list[str]:
    """Return what a shell is offered for the last word of a line; nothing may come on standard error."""
    words = line.split(" ")
    asked = {"_PROBE_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    env = probe.env(**asked, **variables)
    done = subprocess.run([PROGRAM], cwd=probe.folder, env=env, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.split()


def test_the_program_completes_by_its_second_name(probe: Probe, folder: Path) -> None:
    asked = {"_CLAUDE_PROBE_COMPLETE": "complete_bash", "COMP_WORDS": "claude-probe run --target g", "COMP_CWORD": "3"}
    env = probe.env(**asked, PROBE_LANG="nonsense")
    done = subprocess.run(
        [PROGRAM.with_name("claude-probe")], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert (done.stdout.split(), done.stderr) == (["glm", "gemini"], "")


DRIVERS_IN_ORDER = "claude-print claude-live agent-sdk agent-sdk-isolated messages chat-completions".split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("probe run --target ", ["glm", "gemini", "embedded"]),
        ("probe run --target glm --target ge", ["gemini"]),
        ("probe check --target g", ["glm", "gemini"]),
        ("probe run --scenario kee", ["keep-warm"]),
        ("probe scenarios show same-s", ["same-session"]),
        ("probe run --fault hang", ["hang"]),
        ("probe run --fail-on call1.failure", ["call1.failure_rate"]),
        ("probe run --fail-on heal", ["health"]),
        ("probe run --driver ", DRIVERS_IN_ORDER),
        ("probe report 2026", [WARM, COLD]),
        ("probe explain --round 3 20261121", [COLD]),
        ("probe compare latest 20261122", [WARM]),
        ("probe run --resume lat", ["latest"]),
        ("probe rm --out elsewhere 2", []),
        ("probe show --out reports 20261121", [COLD]),
        ("probe ru", ["run"]),
        ("probe run --until", ["--until-sure"]),
    ],
)
def test_what_can_come_next_is_offered(probe: Probe, folder: Path, line: str, offered: list[str]) -> None:
    assert completed(probe, line) == offered


@pytest.mark.parametrize("content", ["[targets", "targets = 3", "\xff"])
def test_what_is_wrong_in_a_file_is_not_said_while_a_line_is_typed(probe: Probe, folder: Path, content: str) -> None:
    (folder / "probe.toml").write_bytes(content.encode("latin-1"))
    assert completed(probe, "probe run --target ") == []
    assert completed(probe, "probe ru", PROBE_LANG="klingon") == ["run"]
    assert completed(probe, "probe run --rounds many --out '' --driver m") == ["messages"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_a_target(probe: Probe, folder: Path) -> None:
    script = (
        f'PATH={shlex.quote(str(PROGRAM.parent))}:$PATH; eval "$(_PROBE_COMPLETE=source_bash probe)"; '
        'COMP_WORDS=(probe run --target ge); COMP_CWORD=3; _probe_completion probe; echo "${COMPREPLY[*]}"'
    )
    command = ["bash", "--norc", "-c", script]
    done = subprocess.run(command, cwd=folder, env=probe.env(), capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("gemini", "")


def test_all_metrics_of_gates_are_offered() -> None:
    assert {*FIGURES, *(member.value for kind in (Outcome, Flag) for member in kind)} == set(METRICS)


def test_completing_loads_nothing_heavy(probe: Probe, folder: Path) -> None:
    asked = {"_PROBE_COMPLETE": "complete_bash", "COMP_WORDS": "probe run --target g", "COMP_CWORD": "3"}
    code = (
        "import sys, atexit; sys.argv = ['probe']; from probe.cli import main; "
        "heavy = ('pydantic', 'numpy', 'rich', 'httpx'); "
        "atexit.register(lambda: print([name for name in heavy if name in sys.modules])); main()"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=folder, env=probe.env(**asked), capture_output=True, text=True, check=False
    ).stdout.splitlines()
    assert done[-1] == "[]"
    assert "glm" in done
