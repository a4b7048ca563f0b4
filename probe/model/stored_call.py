"""A call as it is stored: without what is at its default, and without what stands elsewhere in the same call.

A clean call says its session and the tokens of its answer three times over: each is stored once. Where two that mostly
agree differ, both are stored. What older versions wrote is whole, and is read as it is.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from probe.model.base_models import to_milliseconds, utc_text
from probe.model.call import Call
from probe.model.client import ClientResult, ModelUsage

_LARGEST = 2**53
"""Up to here every whole number is a float too."""


def stored_call(call: Call) -> dict[str, Any]:
    """Return what is stored of a call, as JSON values. `whole_call` makes it whole again."""
    content = call.model_dump(mode="json", exclude_defaults=True)
    if utc_text(to_milliseconds(call.started_at) + timedelta(milliseconds=call.wall_ms)) == content["ended_at"]:
        del content["ended_at"]
    wire, client = call.wire, call.client
    _leave_out(content, call, "served_session_id", call.session_id)
    if wire:
        _leave_out(content["wire"], wire, "models_served", call.requested_models)
        _leave_out(content["wire"], wire, "requested_at_ms", call.only_request_at_ms)
    stored_client = content.setdefault("client", {})
    _leave_out(stored_client, client, "models_served", wire.models_served if wire else ())
    if client.result:
        stored_result, result = stored_client["result"], client.result
        _leave_out(stored_result, result, "session_id", call.served_session_id)
        _leave_out(stored_result, result, "usage", wire.usage if wire else None)
        _leave_out(stored_result, result, "model_usage", _by_model(client.models_served, result.usage, result))
    if not stored_client:
        del content["client"]
    return _with_short_numbers(content)


def _with_short_numbers(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content with whole numbers as such: 240000 for 240000.0."""
    for key, value in content.items():
        if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST:
            content[key] = int(value)
        elif isinstance(value, dict):
            _with_short_numbers(value)
    return content


def _leave_out(content: dict[str, Any], model: BaseModel, name: str, elsewhere: object) -> None:
    """Leave a field out where its value stands elsewhere, and nowhere else: a default is stored then."""
    value = getattr(model, name)
    if value == elsewhere:
        content.pop(name, None)
    else:
        content.setdefault(name, [] if value == () else None)


def whole_call(stored: Call) -> Call:
    """Return a call, read from what is stored, with all that is not stored twice."""
    wire, client = stored.wire, stored.client
    if wire:
        models = _said(wire, "models_served", stored.requested_models)
        requested = _said(wire, "requested_at_ms", stored.only_request_at_ms)
        wire = wire.model_copy(update={"models_served": models, "requested_at_ms": requested})
    served = _said(stored, "served_session_id", stored.session_id)
    models = _said(client, "models_served", wire.models_served if wire else ())
    result = client.result
    if result:
        usage = _said(result, "usage", wire.usage if wire else None)
        by_model = _said(result, "model_usage", _by_model(models, usage, result))
        session = _said(result, "session_id", served)
        result = result.model_copy(update={"usage": usage, "model_usage": by_model, "session_id": session})
    client = client.model_copy(update={"models_served": models, "result": result})
    return stored.model_copy(update={"served_session_id": served, "client": client, "wire": wire})


def _said(model: BaseModel, name: str, elsewhere: Any) -> Any:
    return getattr(model, name) if name in model.model_fields_set else elsewhere


def _by_model(models: Sequence[str], usage: ModelUsage | None, result: ClientResult) -> dict[str, ModelUsage] | None:
    """Return the usage by model where one model gave the whole answer."""
    if len(models) != 1 or usage is None:
        return None
    return {models[0]: usage.model_copy(update={"cost_usd": result.cost_usd})}
