"""The pytest plugin, in a pytest of its own, as a user has it."""

import sys

import pytest

from tests.conftest import STUB_CLIENT

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def stub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_CLIENT", f"{sys.executable} {STUB_CLIENT}")
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        monkeypatch.delenv(name, raising=False)


def ran(pytester: pytest.Pytester, code: str, *words: str) -> pytest.RunResult:
    pytester.makepyfile(code)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "--strict-markers", "-W", "error", *words)


def test_gates_pass_and_fail(pytester: pytest.Pytester) -> None:
    result = ran(
        pytester,
        """
        import pytest

        @pytest.mark.probe(target="embedded", faults="none", rounds=3)
        def test_passes(probe_run):
            assert probe_run.gate("call1.failure_rate > 10% surely")

        @pytest.mark.probe(target="embedded", faults="status(code=400, on=call1)", drivers="messages", rounds=8)
        def test_fails(probe_run):
            assert probe_run.gate("call1.failure_rate > 10% surely").passed
        """,
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*GateResult(condition='call1.failure_rate > 10% surely', passed=False*8 of 8*"])


@pytest.mark.slow
def test_markers_add_up_and_tests_alike_share_a_run(pytester: pytest.Pytester) -> None:
    result = ran(
        pytester,
        """
        import pytest

        pytestmark = pytest.mark.probe(target="embedded", faults="none", drivers="messages", rounds=2)
        paths = []

        class TestRelay:
            def test_first(self, probe_run):
                paths.append(probe_run.path)
                assert len(probe_run.rounds) == 2

            def test_second(self, probe_run):
                paths.append(probe_run.path)

            @pytest.mark.probe(rounds=1)
            def test_nearest_wins(self, probe_run):
                paths.append(probe_run.path)
                assert len(probe_run.rounds) == 1

        def test_shared():
            assert paths[0] == paths[1] != paths[2]
        """,
        "--junit-xml=junit.xml",
    )
    result.assert_outcomes(passed=4)
    assert '<property name="probe_run"' in (pytester.path / "junit.xml").read_text()
    assert not (pytester.path / "reports").exists()


def test_a_target_measures_and_checks_when_it_is_asked(pytester: pytest.Pytester) -> None:
    result = ran(
        pytester,
        """
        import pytest

        @pytest.mark.probe(target="embedded", drivers="messages", faults="none", out="kept")
        def test_it(probe_target):
            assert probe_target.measure(rounds=1).end == "completed"
            assert not probe_target.check(client=False).wrong
        """,
    )
    result.assert_outcomes(passed=1)
    assert len(list((pytester.path / "kept" / "runs").iterdir())) == 1


def test_without_a_target_it_refuses(pytester: pytest.Pytester) -> None:
    result = ran(
        pytester,
        """
        import pytest

        def test_none(probe_run): ...

        @pytest.mark.probe(rounds=3)
        def test_no_target(probe_target): ...
        """,
    )
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*name what to measure: @pytest.mark.probe(target=*"])


def test_a_target_without_its_name_is_refused_and_not_passed_over(pytester: pytest.Pytester) -> None:
    result = ran(
        pytester,
        """
        import pytest

        pytestmark = pytest.mark.probe(target="embedded", rounds=1)

        @pytest.mark.probe("glm")
        def test_it(probe_run): ...
        """,
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the marker takes arguments by name: @pytest.mark.probe(target='glm'*"])


def test_where_it_is_not_used_nothing_heavy_is_imported(pytester: pytest.Pytester) -> None:
    result = ran(
        pytester,
        """
        import sys

        def test_it(request):
            assert request.config.pluginmanager.has_plugin("probe")
            heavy = {"pandas", "numpy", "pydantic", "scipy", "typer", "rich", "httpx", "msgspec"} & sys.modules.keys()
            assert not heavy
            ours = [name for name in sys.modules if name.split(".")[0] == "probe"]
            assert sorted(ours) == ["probe", "probe.api", "probe.api.pytest_plugin"]
        """,
    )
    result.assert_outcomes(passed=1)


def test_it_can_be_switched_off(pytester: pytest.Pytester) -> None:
    result = ran(
        pytester,
        """
        def test_it(request):
            assert not request.config.pluginmanager.has_plugin("probe")
        """,
        "-p",
        "no:probe",
    )
    result.assert_outcomes(passed=1)


def test_its_marker_and_fixtures_are_explained(pytester: pytest.Pytester) -> None:
    result = ran(pytester, "def test_it(): ...", "--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.probe(target=*"])
    result = ran(pytester, "def test_it(): ...", "--fixtures")
    result.stdout.fnmatch_lines(["probe_target*", "probe_run*"])
