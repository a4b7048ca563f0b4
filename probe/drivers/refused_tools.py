"""Tell whether a session holds a tool call that was refused."""

from probe.model.choices import Session
from probe.model.observation import Observation

CONTINUING = frozenset({Session.RESUME, Session.FORK, Session.CONTINUE, Session.LIVE})
"""Sessions in which a refusal would be sent."""
_TURNS_USED_UP = "error_max_turns"


def tools_asked_for(observation: Observation) -> str:
    """Return the names of the tools that the upstream asked for, by the client or the recorder; empty if none."""
    recorded = [tool for exchange in observation.exchanges or () for tool in exchange.tools_requested]
    names = dict.fromkeys((*observation.words.tools_requested, *recorded))
    result = observation.words.result
    if names:
        return ", ".join(names)
    return "a tool" if result and result.subtype == _TURNS_USED_UP else ""


def refusal_reason(tools: str) -> str:
    """Say why a step that goes on with such a session is not called."""
    return f"the upstream had asked for {tools}, and would have been sent the refusal"
