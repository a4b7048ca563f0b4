"""Tells whether a session holds a tool call that was refused."""

from probe.model.observation import Observation

_TURNS_USED_UP = "error_max_turns"


def tools_asked_for(seen: Observation) -> str:
    """Name the tools that the upstream asked for, as far as the client or the wire does; empty if there were none."""
    on_the_wire = [tool for each in seen.exchanges or () for tool in each.tools_requested]
    names = dict.fromkeys((*seen.words.tools_requested, *on_the_wire))
    result = seen.words.result
    return ", ".join(names) or ("a tool" if result and result.subtype == _TURNS_USED_UP else "")
