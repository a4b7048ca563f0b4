"""The text of the right answer: what the prompt asks for, as far as a stand-in without a model can know it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from probe.digit_picture import read_digits
from probe.model.request_kind import RequestKind, asks_for_json, texts
from probe.upstream.input_tokens import decoded_picture, encoded_pictures
from probe.upstream.json_schema import example_object
from probe.upstream.request import MessagesRequest

DEFAULT_TEXT = "PROBE_OK"
NO_PICTURE = "There is no picture."
NO_CODE_WORD = "There is no code word."
NO_RESULT = "No tool has answered."
_EXACTLY = re.compile(r"exactly:[ \t]*(\S[^\r\n]*)", re.IGNORECASE)
_ASKS_FOR_DIGITS = re.compile(r"digits in the picture", re.IGNORECASE)
_ASKS_FOR_CODE_WORD = re.compile(r"what is the code word", re.IGNORECASE)
_ASKS_FOR_RESULT = re.compile(r"reply with the tool's answer", re.IGNORECASE)
_CODE_WORD = re.compile(r"the code word is (\w+)", re.IGNORECASE)


def text_of_answer(request: MessagesRequest) -> str:
    """Return the prompt's text after `exactly:`, digits in a picture, a code word, a tool's answer, else PROBE_OK.

    The latest prompt that asks for one of these decides. Where a schema is set, it is a title. Pictures are read by
    their pixels, and only those of `digit_picture`.
    """
    if _asks_for_title(request):
        return json.dumps({**example_object(_schema(request.body), "probe"), "title": "Probe session"})
    found = (_text(prompt, request) for prompt in request.prompts)
    return next((text for text in found if text is not None), DEFAULT_TEXT)


def _text(prompt: str, request: MessagesRequest) -> str | None:
    """Return the text that a prompt asks for; None where it asks for none that can be known."""
    found = _EXACTLY.findall(prompt)
    if found:
        # The client puts reminders of its own before the prompt, in the same message.
        return str(found[-1]).strip()
    if _ASKS_FOR_DIGITS.search(prompt):
        return _digits(request)
    if _ASKS_FOR_CODE_WORD.search(prompt):
        word = _CODE_WORD.search(prompt)
        return word[1] if word else NO_CODE_WORD
    if _ASKS_FOR_RESULT.search(prompt):
        return "\n".join(_results(request)) or NO_RESULT
    return None


def _asks_for_title(request: MessagesRequest) -> bool:
    if request.chat:
        return bool(_schema(request.body))
    return request.kind is RequestKind.BACKGROUND and asks_for_json(request.body)


def _results(request: MessagesRequest) -> Iterator[str]:
    """Yield the texts of the results of tools that came since the last answer."""
    for message in request.latest_messages:
        if not isinstance(message, Mapping):
            continue
        content = message.get("content")
        if message.get("role") == "tool":
            yield from texts(content)
        for block in content if isinstance(content, list) else ():
            if isinstance(block, Mapping) and block.get("type") == "tool_result":
                yield from texts(block.get("content"))


def _digits(request: MessagesRequest) -> str:
    """Return the digits in the pictures that came since the last answer."""
    files = map(decoded_picture, encoded_pictures(request.latest_messages))
    return " ".join(filter(None, map(read_digits, files))) or NO_PICTURE


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema that an answer has to follow; an empty one without it."""
    config, chat = body.get("output_config"), body.get("response_format")
    output = body.get("output_format") or (config.get("format") if isinstance(config, Mapping) else None)
    output = output or (chat.get("json_schema") if isinstance(chat, Mapping) else None)
    schema = output.get("schema") if isinstance(output, Mapping) else None
    return schema if isinstance(schema, Mapping) else {}
