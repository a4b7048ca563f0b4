"""The options of the Agent SDK, as those of the command line."""

from typing import Any

import pytest

from probe.drivers.client_command import LEAN_SYSTEM_PROMPT
from probe.drivers.locate import Client
from probe.drivers.sdk_options import SdkOptions
from probe.model.choices import Session, Workload
from probe.model.run_manifest import ClientInfo, Options
from probe.ports import CallOrder
from tests.builders import step
from tests.drivers.support import OLDEST, RECENT


def shown(
    session: Session = Session.NEW, earlier: str | None = "id-0", known: frozenset[str] = RECENT, **own: Any
) -> dict[str, Any]:
    """Return the options of a call."""
    client = Client(("claude",), ClientInfo(program="claude"), known, stream_json=True)
    return SdkOptions(client, Options(**own)).shown(CallOrder(1, step(session=session), "id-1", earlier))


@pytest.mark.parametrize(
    ("session", "earlier", "options"),
    [
        (Session.NEW, None, {"session_id": "id-1"}),
        (Session.SAME_ID, "id-0", {"session_id": "id-1"}),
        (Session.RESUME, "id-0", {"resume": "id-0"}),
        (Session.RESUME, None, {"resume": "id-1"}),
        (Session.FORK, "id-0", {"resume": "id-0", "fork_session": True}),
        (Session.CONTINUE, "id-0", {"continue_conversation": True}),
    ],
)
def test_each_session_has_its_options(session: Session, earlier: str | None, options: dict[str, Any]) -> None:
    found = shown(session, earlier)
    kinds = ("session_id", "resume", "fork_session", "continue_conversation")
    assert {name: found[name] for name in kinds if name in found} == options


def test_a_living_process_that_starts_anew_has_a_session_of_its_own() -> None:
    first, second = shown(Session.LIVE), shown(Session.LIVE)
    assert first["session_id"] != second["session_id"]
    assert {first["session_id"], second["session_id"]}.isdisjoint({"id-0", "id-1"})


def test_a_call_is_one_turn_unless_the_user_asked_for_danger() -> None:
    safe, dangerous = shown(), shown(dangerously_skip_permissions=True)
    assert (safe["max_turns"], safe["strict_mcp_config"], "permission_mode" in safe) == (1, True, False)
    assert (dangerous["permission_mode"], "max_turns" in dangerous) == ("bypassPermissions", False)


def test_a_lean_request_has_no_tools_and_a_short_system_prompt() -> None:
    lean, full = shown(workload=Workload.LEAN), shown()
    assert (lean["tools"], lean["system_prompt"]) == ([], LEAN_SYSTEM_PROMPT)
    assert ("tools" in full, full["system_prompt"]["preset"]) == (False, "claude_code")


def test_the_model_of_the_command_line_is_an_option_and_partial_messages_are_where_they_are_known() -> None:
    assert shown(model="m")["model"] == "m"
    assert "model" not in shown()
    assert shown()["include_partial_messages"] is True
    assert "include_partial_messages" not in shown(known=OLDEST)
