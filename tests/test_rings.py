"""Rules for imports between packages, and a test that reads every import below `probe/`, lazy ones included."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BASE = {
    "errors",
    "system",
    "units",
    "redact",
    "unescape",
    "sanitise",
    "sse",
    "message_stream",
    "decode",
    "http1",
    "network",
    "quota",
    "retry_time",
    "strict_json",
    "suggest",
    "web_page",
    "digit_picture",
}
INNER = BASE | {"model", "ports", "texts", "connection"}
MIDDLE = ("inputs", "store", "stats", "render", "drivers", "upstream", "diagnose", "wire", "capture", "checks", "otlp")
RULES: dict[str, set[str]] = {
    # package or module of probe -> what of probe it may import, itself aside
    "errors": {"units"},
    "units": {"errors"},
    "system": {"errors"},
    "redact": {"errors", "units", "sanitise", "unescape"},
    "unescape": set(),
    "sanitise": {"errors", "units"},
    "sse": set(),
    "message_stream": set(),
    "decode": set(),
    "http1": set(),
    "network": set(),
    "quota": set(),
    "retry_time": {"units"},
    "strict_json": set(),
    "suggest": set(),
    "web_page": {"sanitise"},
    "digit_picture": set(),
    "model": {"units", "quota"},
    "ports": {"model"},
    "texts": {"model"},
    "connection": {"errors", "network", "model"},
    **dict.fromkeys(MIDDLE, INNER),
    "reporting": INNER | set(MIDDLE),
    "session": INNER | set(MIDDLE),
    "checkup": INNER | set(MIDDLE) | {"session"},
    "recording": INNER | set(MIDDLE) | {"session"},
    "fleet": INNER | set(MIDDLE) | {"session", "reporting", "checkup", "recording"},
    "api": INNER | set(MIDDLE) | {"session", "reporting", "checkup", "fleet"},
    "cli": INNER | set(MIDDLE) | {"session", "reporting", "checkup", "recording", "fleet", "api"},
    "__init__": {"api"},
    "__main__": {"errors", "system", "cli"},
}
THIRD_PARTY_OF: dict[str, set[str]] = {
    # library -> the parts, folders and files that may import it
    "typer": {"cli"},
    "rich": {"cli"},
    "pandas": {"api", "reporting/write_tables.py"},
    "scipy": {"stats"},
    "pyarrow": {"store/parquet", "reporting/write_tables.py"},
    "duckdb": {"store/parquet"},
    "ruamel": {"inputs"},
    "starlette": {"upstream", "wire"},
    "uvicorn": {"upstream", "wire"},
    "numpy": {"stats", "api"},
    "google": {"otlp/otlp_protobuf.py"},
    "opentelemetry": {"otlp/otlp_protobuf.py"},
    "msgspec": {"model/row.py", "store", "stats", "fleet"},
    "dask": {"fleet"},
    "distributed": {"fleet"},
    "cryptography": {"fleet"},
    "jinja2": {"render"},
    "markupsafe": {"render"},
    "claude_agent_sdk": {"drivers/agent_sdk_child.py"},
    "vl_convert": {"render", "reporting/chart_child.py"},
    "subprocess": {"drivers", "inputs/shell.py", "reporting/chart_process.py"},
}
LEAN: dict[str, set[str]] = {
    # part -> all that it may import beside probe and the standard library
    **{part: set() for part in (*BASE, "ports", "texts", "connection")},
    "model": {"pydantic", "pydantic_core", "msgspec"},
    "render": {"jinja2", "markupsafe", "vl_convert"},
}
NO_IO = {"os", "pathlib", "subprocess", "io", "shutil", "tempfile", "socket", "httpx", "sys"}
PURE = (
    "render",
    "stats",
    "diagnose",
    "capture",
    "model",
    "sanitise",
    "redact",
    "sse",
    "message_stream",
    "decode",
    "http1",
    "units",
    "web_page",
)
"""Parts that compute on values and do no I/O."""


@dataclass(frozen=True)
class Import:
    """An imported module, and the file and line of the import."""

    file: Path
    line: int
    module: str

    @property
    def place(self) -> str:
        """The part of probe that imports: `stats`, `runner`, `cli`."""
        return self.file.relative_to(ROOT / "probe").parts[0].removesuffix(".py")

    @property
    def path(self) -> str:
        return self.file.relative_to(ROOT / "probe").as_posix()

    @property
    def of_probe(self) -> str | None:
        """The part of probe that is imported, if it is one."""
        head, _, rest = self.module.partition(".")
        return (rest.partition(".")[0] or "__init__") if head == "probe" else None

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line}: imports {self.module}"


def imports_in(file: Path, text: str) -> Iterator[Import]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(file, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            for module in _modules_imported_from(node, file.parent):
                yield Import(file, node.lineno, module)


def _modules_imported_from(node: ast.ImportFrom, folder: Path) -> Iterator[str]:
    """Yield the modules of a `from … import …`. `from probe import runner` imports the part `runner`."""
    module = node.module or ""
    if node.level:
        package = folder.relative_to(ROOT).parts
        module = ".".join([*package[: len(package) - node.level + 1], module]).rstrip(".")
    if module != "probe":
        yield module
        return
    for alias in node.names:
        part = ROOT / "probe" / alias.name
        is_part = part.is_dir() or part.with_suffix(".py").exists()
        yield f"probe.{alias.name}" if is_part else "probe"


def all_imports() -> list[Import]:
    files = sorted((ROOT / "probe").rglob("*.py"))
    return [found for file in files for found in imports_in(file, file.read_text(encoding="utf-8"))]


def violations(imports: list[Import]) -> list[str]:
    """Return `file:line: imports module: rule` for every rule that an import breaks."""
    return [
        f"{found}: {rule}" for found in imports for rule in (*_broken_ring_rules(found), *_broken_library_rules(found))
    ]


def _broken_ring_rules(found: Import) -> Iterator[str]:
    place, part = found.place, found.of_probe
    if place not in RULES:
        yield f"{place!r} has no rule yet: add it to RULES in {Path(__file__).name}"
    elif part is not None and part not in RULES[place] | {place, "__init__"}:
        allowed = ", ".join(sorted(RULES[place])) or "nothing of probe"
        yield f"{place} may import only {allowed}"


def _broken_library_rules(found: Import) -> Iterator[str]:
    place, library = found.place, found.module.partition(".")[0]
    owners = THIRD_PARTY_OF.get(library)
    if owners is not None and not {place, found.path, *_folders(found.path)} & owners:
        yield f"only {', '.join(sorted(owners))} may import {library}"
    elif library not in sys.stdlib_module_names | {"probe"} | LEAN.get(place, {library}):
        yield f"{place} takes nothing from {library}"
    if place in PURE and library in NO_IO:
        yield f"{place} does no I/O"


def _folders(path: str) -> set[str]:
    return {parent.as_posix() for parent in Path(path).parents}


def test_the_rings_hold() -> None:
    assert violations(all_imports()) == []


def test_all_code_is_read() -> None:
    assert {"cli", "drivers", "model", "session"} <= {found.place for found in all_imports()}


@pytest.mark.parametrize(
    ("path", "code", "complaint"),
    [
        ("model/call.py", "from probe.store import read_run", "model may import only quota, units"),
        ("session/runner.py", "from probe import cli", "session may import only"),
        ("reporting/build_report.py", "def f():\n    import probe.session.resolve_spec", "build_report.py:2"),
        ("stats/gates.py", "from ..render import markdown", "stats may import only"),
        ("inputs/load_target.py", "import typer", "only cli may import typer"),
        ("store/reader.py", "import pandas as pd", "may import pandas"),
        ("api/runs.py", "def f():\n    import rich", "only cli may import rich"),
        ("store/reader.py", "import duckdb", "only store/parquet may import duckdb"),
        ("__init__.py", "from probe.store import read_run", "__init__ may import only api"),
        ("cli/run.py", "import pandas as pd", "may import pandas"),
        ("render/html.py", "from pathlib import Path", "render does no I/O"),
        ("ports.py", "import httpx", "ports takes nothing from httpx"),
        ("novelty.py", "import json", "'novelty' has no rule"),
    ],
)
def test_a_violation_is_reported_with_file_line_and_rule(path: str, code: str, complaint: str) -> None:
    (violation,) = violations(list(imports_in(ROOT / "probe" / path, code)))
    assert complaint in violation
    assert violation.startswith(f"probe/{path}:")


MAY_PRINT = {"cli", "__main__"}
"""The parts that may print and handle signals: `__main__` says why the command line cannot be imported."""
PROGRAMS = {"drivers/agent_sdk_child.py", "drivers/echo_server.py", "reporting/chart_child.py"}
"""Programs that run in processes of their own, and so have streams of their own."""
PROCESS_WIDE = {"print", "sys.stdout", "sys.stderr", "sys.exit", "signal.signal", "signal.set_wakeup_fd"}


def program_uses(file: Path, text: str) -> Iterator[str]:
    """Yield `file:line: name` for every use of the process's streams, exit or signal handlers."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute | ast.Name) and (name := ast.unparse(node)) in PROCESS_WIDE:
            yield f"{file.relative_to(ROOT)}:{node.lineno}: {name}"


def test_only_the_command_line_prints_exits_and_handles_signals() -> None:
    files = sorted((ROOT / "probe").rglob("*.py"))
    parts = {file: file.relative_to(ROOT / "probe") for file in files}
    quiet = [
        file
        for file, part in parts.items()
        if part.parts[0].removesuffix(".py") not in MAY_PRINT and part.as_posix() not in PROGRAMS
    ]
    assert len(quiet) > 100
    assert [use for file in quiet for use in program_uses(file, file.read_text(encoding="utf-8"))] == []


def test_a_print_is_reported_with_file_and_line() -> None:
    code = "import signal, sys\nprint(1)\nsys.stderr.write('')\nsignal.signal(2, None)\nsignal.getsignal(2)\n"
    uses = sorted(program_uses(ROOT / "probe" / "api" / "runs.py", code))
    assert uses == [f"probe/api/runs.py:{line}" for line in ("2: print", "3: sys.stderr", "4: signal.signal")]
