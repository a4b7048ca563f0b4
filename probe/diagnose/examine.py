"""All that is made out of an observation: what it came to, where the time went, what the wire shows."""

from probe.diagnose.classify import diagnose
from probe.diagnose.phases import phases_of
from probe.diagnose.wire import wire_summary
from probe.model.call import Finding
from probe.model.observation import Observation
from probe.model.scenario import Expect


def examine(seen: Observation, expect: Expect, model_requested: str | None) -> Finding:
    """The finding of a call; `model_requested` is None where it is not known which model was asked for."""
    return Finding(
        diagnosis=diagnose(seen, expect, model_requested),
        phases=phases_of(seen),
        wire=None if seen.exchanges is None else wire_summary(seen.exchanges),
    )
