"""Tell whether a session holds a tool call that was refused."""

from probe.model.choices import Session
from probe.model.observation import Observation

CONTINUING = frozenset({Session.RESUME, Session.FORK, Session.CONTINUE, Session.LIVE})
"""Sessions in which a refusal would be sent."""
_TURNS_USED_UP = "error_max_turns"


def tools_asked_for(observation: Observation) -> tuple[str, ...] | None:
    """Return the names of the tools that the upstream asked for, by the client or the recorder; None if it did not.

    It is empty where nobody told their names.
    """
    recorded = [tool for exchange in observation.exchanges or () for tool in exchange.tools_requested]
    names = dict.fromkeys((*observation.words.tools_requested, *recorded))
    result = observation.words.result
    turns_used_up = result is not None and result.subtype == _TURNS_USED_UP
    return tuple(names) if names or turns_used_up else None
