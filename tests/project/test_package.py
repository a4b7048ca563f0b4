"""Build what is published: the wheel has what the program needs and nothing else; the sdist makes the same wheel."""

import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from tools.release import ROOT, Tree

HOME = "https://forge.example/someone/probe"


def built(source: Path, to: Path, target: str) -> Path:
    """Build a wheel or an sdist of a source tree, and return its file."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(to)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return next(to.glob("*.whl" if target == "wheel" else "*.tar.gz"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("sdist"), "sdist")


@pytest.fixture(scope="module")
def source(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the source tree that the sdist holds."""
    folder = tmp_path_factory.mktemp("source")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")


def contents(wheel: Path) -> dict[str, bytes]:
    """Return the files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def metadata(wheel: Path) -> Message:
    files = contents(wheel)
    return Parser().parsestr(next(files[name] for name in files if name.endswith("/METADATA")).decode())


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = set(contents(wheel))
    own = {path.relative_to(ROOT).as_posix() for path in (ROOT / "probe").rglob("*") if path.is_file()}
    wanted = {name for name in own if "__pycache__" not in name}
    scenarios = {f"probe/_scenarios/{path.name}" for path in (ROOT / "scenarios").iterdir()}
    info = f"claude_probe-{Tree(ROOT).version}.dist-info"
    meta = {f"{info}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")}
    assert names == wanted | scenarios | meta
    assert "probe/py.typed" in names
    assert {name.rpartition(".")[2] for name in names} >= {"py", "yaml", "html", "css", "js"}


def test_both_names_of_the_program_are_scripts(wheel: Path) -> None:
    files = contents(wheel)
    scripts = next(files[name] for name in files if name.endswith("entry_points.txt")).decode()
    assert "[console_scripts]\nclaude-probe = probe.__main__:main\nprobe = probe.__main__:main\n" in scripts


def test_the_sdist_makes_the_same_wheel(wheel: Path, source: Path, tmp_path: Path) -> None:
    assert contents(built(source, tmp_path, "wheel")) == contents(wheel)


def test_the_sdist_holds_what_the_tests_need(source: Path) -> None:
    wanted = (
        "tests/conftest.py",
        "tools/release.py",
        "noxfile.py",
        "constraints.txt",
        "scenarios/fork.yaml",
    )
    assert [name for name in wanted if not (source / name).is_file()] == []


def test_a_published_package_names_its_home(source: Path, tmp_path: Path) -> None:
    Tree(source).make_publishable(HOME, "v0.1.0")
    published = metadata(built(source, tmp_path, "wheel"))
    assert published.get_all("Project-URL") == [
        f"Source, {HOME}",
        f"Documentation, {HOME}/tree/v0.1.0/docs",
        f"Issues, {HOME}/issues",
        f"Changelog, {HOME}/blob/v0.1.0/CHANGELOG.md",
    ]
    assert f"({HOME}/blob/v0.1.0/CHANGELOG.md)" in str(published.get_payload())
