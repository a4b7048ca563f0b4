"""The split of a call's time."""

from probe.model.wire import PHASES, Phases


def test_every_phase_has_its_name() -> None:
    assert [f"{name}_ms" for name in PHASES] == [name for name in Phases.model_fields if name != "source"]
