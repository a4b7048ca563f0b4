"""Sessions that hold a tool call that was refused."""

import pytest

from probe.drivers.refused_tools import tools_asked_for
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.request_kind import RequestKind
from tests.builders import observation, result, words


def exchange(*tools: str) -> Exchange:
    return Exchange(
        sequence=1,
        connection=1,
        kind=RequestKind.MAIN,
        method="POST",
        path="/v1/messages",
        end=ExchangeEnd.COMPLETE,
        tools_requested=tools,
    )


@pytest.mark.parametrize(
    ("said", "recorded", "subtype", "names"),
    [
        ((), None, "success", None),
        (("Bash",), None, "success", ("Bash",)),
        ((), ("Read",), "success", ("Read",)),
        (("Bash", "Read"), ("Read", "Write"), "success", ("Bash", "Read", "Write")),
        ((), (), "error_max_turns", ()),
        (("Bash",), (), "error_max_turns", ("Bash",)),
    ],
)
def test_tools_are_named_once_by_the_client_and_the_recorder(
    said: tuple[str, ...], recorded: tuple[str, ...] | None, subtype: str, names: tuple[str, ...] | None
) -> None:
    exchanges = None if recorded is None else (exchange(*recorded),)
    told = words(tools_requested=said, result=result(subtype=subtype))
    assert tools_asked_for(observation(words=told, exchanges=exchanges)) == names


def test_a_call_without_a_result_asked_for_nothing() -> None:
    assert tools_asked_for(observation(words=words(result=None))) is None
