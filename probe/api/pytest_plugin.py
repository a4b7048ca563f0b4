"""A pytest plugin: measure a target in a test, and check it against gates.

    @pytest.mark.probe(target="glm", rounds=10)
    def test_relay(probe_run):
        assert probe_run.gate("call1.failure_rate > 10% surely")

The marker takes the arguments of `probe.measure`; the nearest one wins, argument by argument, so that a module can name
the target and a test its rounds. Runs are kept in pytest's temporary directory, unless `out` says where.

`probe_run` is the run. Tests with the same arguments share one, as measuring takes time and money. `probe_target`
measures and checks when the test asks for it. Without a marker that names a target both refuse: the embedded upstream
is measured with `target="embedded"` alone. Where no test asks for either, nothing of `probe` is imported but this file.
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from probe.api.measuring import Run
    from probe.model.check_report import CheckReport

_MARKER = "probe(target=..., rounds=..., ...): measure with these arguments of probe.measure, for the fixture probe_run"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


@dataclass(frozen=True)
class ProbeTarget:
    """A target to measure or to check, as the markers of a test name it: `options` are arguments of `probe.measure`."""

    options: Mapping[str, Any]

    def measure(self, **options: Any) -> "Run":
        """Measure now, with these arguments in the place of the markers'. See `probe.measure`."""
        import probe

        return probe.measure(**{**self.options, **options})

    def check(self, **options: Any) -> "CheckReport":
        """Check now, with these arguments in the place of the markers'. See `probe.check`."""
        import probe

        known = inspect.signature(probe.check).parameters
        given = {name: value for name, value in self.options.items() if name in known and value is not None}
        return probe.check(**{**given, **options})


@pytest.fixture
def probe_target(request: pytest.FixtureRequest) -> ProbeTarget:
    """Return the target that the test's markers name."""
    options: dict[str, Any] = {}
    for marker in request.node.iter_markers("probe"):  # the nearest first
        if marker.args:
            pytest.fail(f"the marker takes arguments by name: @pytest.mark.probe(target={marker.args[0]!r}, …)")
        options = {**marker.kwargs, **options}
    if not options.get("target") and not options.get("base_url"):
        pytest.fail("name what to measure: @pytest.mark.probe(target=…), or target='embedded' for a stand-in")
    if "out" not in options:
        options["out"] = request.getfixturevalue("_probe_out")
    return ProbeTarget(options)


@pytest.fixture
def probe_run(request: pytest.FixtureRequest, probe_target: ProbeTarget, _probe_runs: "dict[str, Run]") -> "Run":
    """Return the run that the test's markers ask for; tests with the same arguments share one."""
    key = repr(sorted(probe_target.options.items()))
    if key not in _probe_runs:
        _probe_runs[key] = probe_target.measure()
    run = _probe_runs[key]
    request.node.user_properties.append(("probe_run", str(run.path)))
    return run


@pytest.fixture(scope="session")
def _probe_runs() -> "dict[str, Run]":
    runs: dict[str, Run] = {}
    return runs


@pytest.fixture(scope="session")
def _probe_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("probe")
