"""Examine an observation: its outcome, its phases, the figures of its exchanges."""

from probe.diagnose.classify import diagnose
from probe.diagnose.phases import phases_of
from probe.diagnose.wire_summary import wire_summary
from probe.model.call import Finding
from probe.model.observation import Observation
from probe.model.scenario import Expect


def examine(observation: Observation, expect: Expect, model_requested: str | None) -> Finding:
    """Return the finding of a call. `model_requested` is None where it is not known which model was asked for."""
    return Finding(
        diagnosis=diagnose(observation, expect, model_requested),
        phases=phases_of(observation),
        wire=None if observation.exchanges is None else wire_summary(observation.exchanges),
    )
