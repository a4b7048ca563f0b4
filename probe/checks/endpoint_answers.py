"""Read what an API's answer says: of its path, of a model, of money; the text of a message, a list of models. Pure."""

import json
import re
from typing import Any

from probe.checks.api_result import ApiResult
from probe.checks.gateways import is_page
from probe.checks.stream_content import holds_chat, text_of
from probe.model.outcome import Outcome
from probe.model.refusal import model_is_denied, model_is_unknown
from probe.quota import quota_in
from probe.sanitise import printable

ABSENT = {404, 405, 410, 501}
"""The statuses of an upstream that has nothing at an address."""
_NOT_FOUND = re.compile(r"\b404\b.{0,40}not.?found", re.IGNORECASE)
"""The words for that of those that answer HTTP 200."""
_MOST_MODELS = 1000
_NAME_CHARS = 200
_TEXT_CHARS = 8000


def no_such_path(result: ApiResult, model: str) -> bool:
    """Return True where an answer looks as if nothing of the API were at this address."""
    if result.challenged:
        return False
    if result.outcome is Outcome.MALFORMED_RESPONSE:
        return result.cause == "html" or bool(_NOT_FOUND.search(_error_text(result)))
    return result.status in ABSENT and not no_such_model(result, model)


def knows_path(result: ApiResult, model: str) -> bool:
    """Return True where a refusal is one of this API: JSON with an error, and no missing path."""
    answer = json_of(result)
    return "error" in answer and result.status in {400, 401, 402, 403, 404, 429} and not no_such_path(result, model)


def no_such_model(result: ApiResult, model: str) -> bool:
    """Return True where an error says that there is no such model, whatever its status."""
    return model_is_unknown(result.status, _error_text(result), model)


def denies_model(result: ApiResult) -> bool:
    """Return True where a refusal says that this token may not use the model."""
    return model_is_denied(result.status, _error_text(result))


def wants_money(result: ApiResult) -> bool:
    """Return True where an error is about money or a quota, whatever its status."""
    return not result.ok and quota_in(_error_text(result)) is not None


def is_chat(result: ApiResult) -> bool:
    """Return True where a chat completion came in place of a message."""
    unreadable = result.outcome is Outcome.MALFORMED_RESPONSE
    return unreadable and (isinstance(json_of(result).get("choices"), list) or holds_chat(result.body))


def counts_tokens(result: ApiResult) -> bool:
    """Return True for an answer of count_tokens that holds a count."""
    return result.ok and isinstance(json_of(result).get("input_tokens"), int)


def listed_models(result: ApiResult) -> tuple[str, ...] | None:
    """Return the ids in an answer of GET /v1/models, in either API's shape; None where there is no list."""
    data = json_of(result).get("data")
    if result.status != 200 or not isinstance(data, list):
        return None
    ids = [item.get("id") if isinstance(item, dict) else item for item in data]
    return tuple(printable(name[:_NAME_CHARS]) for name in ids if isinstance(name, str))[:_MOST_MODELS]


def answer_text(result: ApiResult) -> str | None:
    """Return the text of a message; None where it is no message, or was cut by the limit on tokens."""
    exchange = result.exchange
    if exchange is not None and exchange.streamed:
        return None if exchange.stop_reason == "max_tokens" else text_of(result.body).strip()
    message = json_of(result)
    blocks = message.get("content")
    if not isinstance(blocks, list) or message.get("stop_reason") == "max_tokens":
        return None
    return "".join(str(block.get("text", "")) for block in blocks if isinstance(block, dict)).strip()


def json_of(result: ApiResult) -> dict[str, Any]:
    """Return the JSON object of a body; empty where it is none."""
    try:
        value = json.loads(result.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def all_words(result: ApiResult) -> str:
    """Return all words about a failure: its evidence, and its body, be it a web page."""
    if is_page(result.body):
        return f"{result.english_evidence} {result.body[:_TEXT_CHARS].decode('utf-8', 'replace')}"
    return f"{result.english_evidence} {_error_text(result)}"


def _error_text(result: ApiResult) -> str:
    """Return the words of an error without escapes; empty for a web page."""
    if is_page(result.body):
        return ""
    answer = json_of(result)
    text = json.dumps(answer, ensure_ascii=False) if answer else result.body.decode("utf-8", "replace")
    return text[:_TEXT_CHARS]
