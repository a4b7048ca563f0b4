"""The models that a target's names and aliases stand for, and one tiny call for each."""

import re
from collections.abc import Iterator, Mapping

from probe.checks.api_client import ApiClient
from probe.checks.api_result import EndpointResult
from probe.model.check_report import ModelAnswer
from probe.model.target import Target

_ALIASES = {
    "opus": "ANTHROPIC_DEFAULT_OPUS_MODEL",
    "sonnet": "ANTHROPIC_DEFAULT_SONNET_MODEL",
    "haiku": "ANTHROPIC_DEFAULT_HAIKU_MODEL",
    "small-fast": "ANTHROPIC_SMALL_FAST_MODEL",
}
_WINDOW = re.compile(r"\[1m\]$", re.IGNORECASE)
"""The suffix that the client takes off a name: it asks for a longer context by a header."""


def main_model(target: Target) -> str:
    """Return the name that the client asks for as the target's model: `sonnet` stands for what it is set to."""
    name = _WINDOW.sub("", target.model)
    variable = _ALIASES.get(name.lower())
    return _set_to(target, variable) if variable else name


def models_of(target: Target) -> dict[str, tuple[str, ...]]:
    """Return the model names of a target, the main model first, each with its uses."""
    uses: dict[str, list[str]] = {main_model(target): ["model"]}
    for alias, variable in _ALIASES.items():
        uses.setdefault(_set_to(target, variable), []).append(alias)
    return {name: tuple(aliases) for name, aliases in uses.items()}


def ask_models(
    api: ApiClient, target: Target, uses: Mapping[str, tuple[str, ...]], first: EndpointResult
) -> Iterator[tuple[ModelAnswer, EndpointResult]]:
    """Yield what each model came to; `first` was the call of the main one, which is not made again.

    Ends early where no time is left.
    """
    for name, aliases in uses.items():
        if name == main_model(target):
            result: EndpointResult | None = first
        else:
            result = api.messages(f"model {name}", target.base_url, target.auth, name, stream=True)
        if result is None:
            return
        yield _model_answer(name, aliases, result), result


def _model_answer(name: str, aliases: tuple[str, ...], result: EndpointResult) -> ModelAnswer:
    answer, exchange = result.answer, result.answer.exchange
    return ModelAnswer(
        uses=aliases,
        requested=name,
        served=exchange.model_served if exchange else None,
        outcome=answer.outcome,
        cause=answer.cause,
        ms=round(answer.wall_ms, 3),
        ttft_ms=exchange.ttft_ms if exchange else None,
    )


def _set_to(target: Target, variable: str) -> str:
    """Return the model that one of the client's variables stands for."""
    return _WINDOW.sub("", (target.model_environment() | target.env)[variable])
