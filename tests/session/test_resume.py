"""A run to go on with: its own options, but for those that are given anew or were not stored whole."""

from pathlib import Path
from typing import Any

import pytest

from probe.errors import ResumeRefused, UsageError
from probe.model.run_manifest import Manifest, Options
from probe.session.resume import ResumedRun, read_resumed, resolve_options
from probe.store import RunWriter, StoredRun
from tests.builders import manifest, target_info


def resumed(options: Options, made: Manifest | None = None) -> ResumedRun:
    run = StoredRun(Path("/run"), made or manifest(options=options))
    return ResumedRun(Path("/run"), options, {"relay": run}, None)


def test_options_are_those_of_before_but_for_those_that_are_given() -> None:
    before = Options(rounds=9, concurrency=3, fail_on=("n < 3",))
    options, variables = resolve_options({"rounds": 20}, {}, resumed(before))
    assert (options.rounds, options.concurrency, options.fail_on) == (20, 3, ("n < 3",))
    assert variables == {}


def test_without_a_run_before_they_are_those_that_are_given_and_a_file_has_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("")
    options, variables = resolve_options({"scenario": "mine.yaml"}, {"A": "1"}, None)
    assert (options.scenario, options.env_names, variables) == (str(tmp_path / "mine.yaml"), ("A",), {"A": "1"})
    assert resolve_options({"scenario": "cold-start"}, {}, None)[0].scenario == "cold-start"


def test_variables_are_those_of_before_unless_some_are_given() -> None:
    options = Options(env_names=("A", "B"))
    before = resumed(options, manifest(options=options, target=target_info(env={"A": "1", "B": "2"})))
    assert resolve_options({}, {}, before)[1] == {"A": "1", "B": "2"}
    assert resolve_options({}, {"C": "3"}, before)[1] == {"C": "3"}


@pytest.mark.parametrize(
    ("options", "env", "given", "key"),
    [
        ({"base_url": "http://[redacted]"}, {}, {}, "--base-url"),
        ({"prepare": "login [redacted]", "client": "[redacted]"}, {}, {}, "--client, --prepare"),
        ({"env_names": ("A",)}, {"A": "[set]"}, {}, "--env"),
        ({"env_names": ("A",)}, {"A": "x[redacted]"}, {}, "--env"),
    ],
)
def test_what_was_not_stored_whole_has_to_be_given_again(
    options: dict[str, Any], env: dict[str, str], given: dict[str, object], key: str
) -> None:
    made = Options(**options)
    before = resumed(made, manifest(options=made, target=target_info(env=env)))
    with pytest.raises(UsageError) as refused:
        resolve_options(given, {}, before)
    assert refused.value.key is not None
    assert sorted(refused.value.key.split(", ")) == sorted(key.split(", "))


def test_what_is_given_again_is_taken() -> None:
    before = resumed(Options(base_url="http://[redacted]"))
    assert resolve_options({"base_url": "http://a"}, {}, before)[0].base_url == "http://a"


def test_a_run_whose_manifest_cannot_be_read_is_not_gone_on_with(tmp_path: Path) -> None:
    RunWriter.create(tmp_path / "run", manifest()).close()
    assert read_resumed(tmp_path / "run").first == manifest()
    (tmp_path / "run" / "manifest.json").write_text("{")
    with pytest.raises(ResumeRefused, match="its manifest cannot be read"):
        read_resumed(tmp_path / "run")
