"""A description of what a run would do, without the value of any variable."""

from probe.session.dry_run import describe_run
from tests.builders import scenario, step
from tests.session.prepared import prepared_arm, prepared_run


def test_each_arm_has_its_steps_and_ids_that_are_not_known_stand_in_brackets() -> None:
    arm = prepared_arm(script=scenario(step(timeout=9), step("call2", session="resume")))
    told = describe_run(prepared_run(arm))
    (described,) = told.arms
    assert [(each["label"], each["timeout_s"]) for each in described["steps"]] == [("call1", 9.0), ("call2", 240.0)]
    assert described["steps"][0]["argv"] == ["scripted", "Say it"]
    assert (described["target"]["name"], described["rounds"]) == ("relay", 2)
    assert described["target"]["token_masked"] == "sk-...wxyz"


def test_a_sandbox_is_described_only_where_a_client_is_run() -> None:
    client, plain = prepared_arm("a"), prepared_arm("b", runs_client=False)
    assert describe_run(prepared_run(client)).sandbox["HOME"].startswith("<sandbox>")
    assert describe_run(prepared_run(plain, client)).sandbox != {}
    assert describe_run(prepared_run(plain)).sandbox == {}
