"""Case `model`: the name of the model that answers, and whether it counts tokens as that of a reference does."""

from collections.abc import Sequence
from dataclasses import dataclass

from probe.checks.deep.case_ends import NotServed
from probe.checks.deep.deep_case import CaseFinding, DeepCase, cannot_tell, failed, passed
from probe.checks.deep.plain_requests import user_message
from probe.checks.deep.target_access import PlainReply, TargetAccess
from probe.model.check_report import Severity
from probe.model.model_name import same_model
from probe.model.spending import asked_tokens
from probe.texts.phrase import Phrase, Words, phrase, remarks

_ENGLISH = """The tide had gone out, and along the wet sand the gulls were quarrelling over something that glittered. \
Nobody remembered afterwards who had spoken first, or why the harbourmaster's ledger lay open upon the bollard."""
_CODE = """def merge(left: list[int], right: list[int]) -> list[int]:
    out = []
    while left and right:
        out.append((left if left[0] <= right[0] else right).pop(0))
    return out + left + right  # O(n**2), 0x1F, a != b"""
_CHINESE = "潮水退去之后，海鸥在湿漉漉的沙滩上争抢一件闪闪发光的东西。事后谁也记不清是谁先开的口。"
SAMPLES = {"short": "", "english": _ENGLISH * 3, "code": _CODE * 3, "chinese": _CHINESE * 3}
"""Texts in which tokenizers differ; the short one shows what every request counts."""
_TOLERANCE = 0.02
_ROUNDING = 2
"""The share, and the tokens, by which the same tokenizer may differ: some upstreams estimate what they count."""


@dataclass(frozen=True, slots=True)
class SampleTokens:
    """The input tokens of each sample beyond those of the short one, with the name of the model that answered."""

    model: str | None
    tokens: dict[str, int] | None


def _examine(access: TargetAccess) -> CaseFinding:
    """Have the same texts counted by the target and, where there is one, by the reference."""
    names = list(SAMPLES) if access.reference else ["short"]
    found = _sampled(access, names)
    try:
        reference = _sampled(access.reference, names) if access.reference else None
    except NotServed as refused:
        evidence = phrase("deep.quoted", words=refused.evidence)
        return cannot_tell(phrase("deep.model.reference_silent"), evidence, phrase("deep.model.reference_silent.do"))
    return judge_identity(access.model, found, reference)


def _sampled(access: TargetAccess, names: Sequence[str]) -> SampleTokens:
    replies = {name: _ask(access, name) for name in names}
    asked = {name: asked_tokens(reply.usage) for name, reply in replies.items()}
    base = asked.pop("short")
    tokens = {name: count - base for name, count in asked.items()} if base and all(asked.values()) else None
    return SampleTokens(replies["short"].content.model, tokens)


def _ask(access: TargetAccess, name: str) -> PlainReply:
    prompt = f"{SAMPLES[name]}\nReply with exactly: OK"
    body = {"messages": [user_message(prompt)], "stream": True}
    return access.post(phrase(f"deep.model.request.{name}"), body).required()


def judge_identity(asked: str, found: SampleTokens, reference: SampleTokens | None) -> CaseFinding:
    """Judge the model's name, and its tokens beside those of the reference."""
    evidence = _ratios(found, reference) if reference else ""
    if found.model is None:
        return cannot_tell(phrase("deep.model.not_said"), evidence, phrase("deep.model.not_said.do"))
    if not same_model(asked, found.model):
        return failed(phrase("deep.model.other_name", asked=asked, served=found.model), evidence)
    if reference is None:
        return passed(phrase("deep.model.pass", served=found.model))
    if found.tokens is None or reference.tokens is None:
        return cannot_tell(phrase("deep.model.no_tokens"), remedy=phrase("deep.model.not_said.do"))
    differ = [name for name, tokens in found.tokens.items() if _differ(tokens, reference.tokens[name])]
    if differ:
        return failed(phrase("deep.model.other_tokens"), evidence)
    return passed(phrase("deep.model.pass_reference", served=found.model), evidence)


def _differ(tokens: int, reference: int) -> bool:
    return abs(tokens - reference) > max(_ROUNDING, _TOLERANCE * max(tokens, reference))


def _ratios(found: SampleTokens, reference: SampleTokens) -> Words:
    """Return the tokens of each sample, here and there."""
    if found.tokens is None or reference.tokens is None:
        return ""
    return remarks(_ratio(name, tokens, reference.tokens[name]) for name, tokens in found.tokens.items())


def _ratio(name: str, tokens: int, reference: int) -> Phrase:
    percent = f"{100 * tokens / reference:.0f}" if reference > 0 else "-"
    sample = phrase(f"deep.model.sample.{name}")
    return phrase("deep.model.seen", sample=sample, tokens=tokens, reference=reference, percent=percent)


MODEL = DeepCase(name="model", tokens=1_500, severity=Severity.NOTE, examine=_examine)
