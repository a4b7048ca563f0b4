"""Faults in the grammar of a stream: one event is missing, or too many."""

from tests.upstream.support import SOUND, ask, body, events, names, upstream


def test_blocks_are_never_closed_and_nothing_else_is_wrong() -> None:
    with upstream() as up:
        sound = names(ask(up).text)
    with upstream("unclosed_block") as up:
        assert names(ask(up).text) == [name for name in sound if name != "content_block_stop"]


def test_a_delta_of_a_block_that_was_never_begun_comes_before_the_end() -> None:
    with upstream("orphan_delta") as up:
        found = events(ask(up).text)
    begun = {data["index"] for name, data in found if name == "content_block_start"}
    stray = [place for place, (_, data) in enumerate(found) if data.get("index", 0) not in begun]
    assert [found[place + 1][0] for place in stray] == ["message_delta"]
    assert found[-1][0] == "message_stop"


def test_an_answer_that_is_no_stream_has_no_such_grammar() -> None:
    with upstream("orphan_delta(request=1)", "unclosed_block(request=2)") as up:
        for _ in range(2):
            answer = ask(up, "/r/1/call1", request=body(stream=False)).json()
            assert answer["content"][0]["text"] == SOUND
    assert [served.faults for served in up.served] == [(), ()]
