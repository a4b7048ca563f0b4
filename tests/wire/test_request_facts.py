"""Tests for what a request says of who asks."""

import pytest

from probe.model.recorded_events import ExchangeEnded, RequestFacts
from probe.wire.request_facts import with_body_facts
from tests.wire.sinks import MESSAGES, Collected, recording
from tests.wire.support import answering, ok, post, talk

SESSION = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
OTHER = "00000000-2bd0-4672-b79d-d97027f9071a"
USER = f"user_5f2c_account__session_{SESSION}"


@pytest.mark.parametrize(
    ("by_header", "user_id", "session"),
    [
        (None, USER, SESSION),
        (None, f'{{"device_id": "5f2c", "session_id": "{SESSION}"}}', SESSION),
        (OTHER, USER, OTHER),
        (None, f"user_{SESSION}", None),
        (None, 7, None),
    ],
)
def test_the_session_is_read_where_older_clients_say_it(
    by_header: str | None, user_id: object, session: str | None
) -> None:
    facts = with_body_facts(RequestFacts(session_id=by_header), {"metadata": {"user_id": user_id}}, b"key")
    assert facts.session_id == session


def test_attempts_at_one_request_have_one_digest() -> None:
    marked = [{"role": "user", "content": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}]}]
    plain = [{"role": "user", "content": [{"type": "text", "text": "a"}]}]
    longer = [*plain, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}]
    told = Collected()
    with answering(ok(b"{}")) as server, recording(server.base_url, told) as tap:
        for messages in (marked, plain, longer, MESSAGES):
            talk(tap, post({"model": "m", "messages": messages}))
    first, again, later, different = (ended.facts for ended in told.of(ExchangeEnded))
    assert first == again
    assert (later.conversation, later.messages) == (first.conversation, 3)
    assert later.digest != first.digest
    assert different.conversation != first.conversation
    assert "nobody" not in "".join(part.model_dump_json() for part in told.events)
