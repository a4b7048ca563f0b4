"""The provenance of a run, and what must be alike for two to be pooled."""

import pytest

from probe.model.choices import UpstreamKind
from probe.model.run_manifest import ClientInfo, Manifest, Options, arm_name
from tests.builders import manifest, scenario, step, target_info


def test_a_manifest_reads_back() -> None:
    assert Manifest.model_validate_json(manifest().model_dump_json()) == manifest()


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("scenario", manifest(scenario(step(timeout=5)))),
        ("base URL", manifest(target=target_info(base_url="https://other.example"))),
        ("model", manifest(target=target_info(model="other"))),
        ("environment", manifest(target=target_info(env={"MAX_X": "1"}))),
        ("machine", manifest(machine={**manifest().machine.model_dump(), "id": "ffffffff"})),
        ("client", manifest(client={"program": "claude", "version": "1.0.60"})),
        ("workload", manifest(workload="lean")),
        ("driver", manifest(driver="sdk")),
        ("concurrency", manifest(options=Options(rounds=2, concurrency=2))),
        ("client retries", manifest(options=Options(rounds=2, client_retries=0))),
        ("way", manifest(way="proxy proxy.example:3128")),
        ("way", manifest(way=None)),
        ("skip permissions", manifest(options=Options(rounds=2, dangerously_skip_permissions=True))),
    ],
)
def test_runs_that_differ_in_one_thing_are_told_apart_by_its_name(name: str, other: Manifest) -> None:
    mine, theirs = manifest().identity(), other.identity()
    assert [key for key in mine if mine[key] != theirs[key]] == [name]


def test_an_embedded_upstream_is_the_same_on_another_port() -> None:
    first, second = (
        manifest(target=target_info(kind=UpstreamKind.EMBEDDED, base_url=f"http://127.0.0.1:{port}"))
        for port in (1111, 2222)
    )
    assert first.identity() == second.identity()


def test_a_way_that_was_not_kept_is_like_no_other_but_such() -> None:
    assert manifest(way=None).identity() == manifest(way=None).identity()
    embedded = target_info(kind=UpstreamKind.EMBEDDED)
    assert manifest(target=embedded, way=None).identity() == manifest(target=embedded).identity()


def test_what_is_said_to_a_client_alone_tells_no_plain_runs_apart() -> None:
    said = Options(rounds=2, prime=False, client_retries=0)
    assert manifest(driver="messages", options=said).identity() == manifest(driver="messages").identity()
    assert manifest(options=said).identity() != manifest().identity()


def test_more_rounds_are_no_other_measurement() -> None:
    assert manifest(rounds=9, options=Options(rounds=9)).identity() == manifest().identity()


def test_an_arm_is_named_after_its_target_and_its_vantage() -> None:
    assert (arm_name("glm", None), arm_name("glm", "fra")) == ("glm", "glm@fra")
    assert manifest(vantage="fra").arm_name == "relay@fra"


def test_options_of_the_first_version_name_one_target() -> None:
    assert Options.model_validate({"target": "glm"}).targets == ("glm",)
    assert Options.model_validate({"target": "glm", "targets": ["kimi"]}).targets == ("kimi",)


@pytest.mark.parametrize(("driver", "runs"), [("claude-print", True), ("messages", False), ("replay", False)])
def test_an_older_manifest_tells_by_its_driver_whether_a_client_was_run(driver: str, runs: bool) -> None:
    assert manifest(driver=driver).runs_client is runs


def test_a_client_is_named_with_its_version_and_the_sdk_s() -> None:
    assert ClientInfo(program="claude", version="2.1.0").named == "claude 2.1.0"
    assert ClientInfo(program="claude", version="2.1.0", sdk="0.2.0").named == "claude 2.1.0 by claude-agent-sdk 0.2.0"
