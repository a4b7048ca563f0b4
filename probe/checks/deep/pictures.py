"""Case `image`: a picture reaches the model, also within the result of a tool."""

import base64
import re
from typing import Any

from probe.checks.deep.deep_case import CaseFinding, DeepCase, cannot_tell, failed, passed
from probe.checks.deep.plain_requests import REFUSED, is_followed, require_usual_service, user_message
from probe.checks.deep.target_access import PlainReply, TargetAccess
from probe.digit_picture import draw_digits
from probe.model.check_report import Severity
from probe.model.deep_report import CaseResult
from probe.sanitise import printable
from probe.texts.phrase import Words, phrase, remarks

_QUESTION = "Reply with only the digits in the picture."
_TOOL = "take_screenshot"
_DIGITS = 6
_ENOUGH_ALIKE = 4
"""So many right digits of six show that the picture was seen."""


def _examine(access: TargetAccess) -> CaseFinding:
    """Ask for the digits in a picture of the user's, and in another that a tool returned."""
    number = int(access.nonce, 16)
    plain, of_tool = (f"{number // 10**place % 10**_DIGITS:0{_DIGITS}}" for place in (0, _DIGITS))
    question = {"type": "text", "text": _QUESTION}
    of_user = _ask(access, "plain", {"messages": [user_message([_picture(plain), question])]})
    if of_user.status in REFUSED:
        require_usual_service(access)
        return failed(phrase("deep.image.refused", evidence=of_user.evidence))
    in_tool = _ask(access, "tool", _with_tool(of_tool))
    if in_tool.status in REFUSED:
        return failed(phrase("deep.image.refused_in_tool", evidence=in_tool.evidence))
    finding = judge_digits((plain, of_user.required().content.text), (of_tool, in_tool.required().content.text))
    if finding.result is CaseResult.FAIL and not is_followed(require_usual_service(access)):
        return cannot_tell(phrase("deep.not_followed"), finding.evidence, phrase("deep.not_followed.do"))
    return finding


def judge_digits(plain: tuple[str, str], of_tool: tuple[str, str]) -> CaseFinding:
    """Judge the answers: pairs of the digits that were shown, and the text that came."""
    evidence = remarks(
        phrase(f"deep.image.seen.{name}", shown=shown, text=printable(text, 60))
        for name, (shown, text) in (("plain", plain), ("tool", of_tool))
    )
    alike = [_alike(*pair) for pair in (plain, of_tool)]
    if min(alike) == _DIGITS:
        return passed(phrase("deep.image.pass"), evidence)
    if min(alike) >= _ENOUGH_ALIKE:
        return cannot_tell(phrase("deep.image.misread"), evidence, phrase("deep.not_followed.do"))
    return failed(_summary(alike), evidence)


def _summary(alike: list[int]) -> Words:
    if alike[0] >= _ENOUGH_ALIKE:
        return phrase("deep.image.lost_in_tool")
    return phrase("deep.image.lost")


def _alike(shown: str, text: str) -> int:
    """Return how many digits of the answer are right; 0 where it holds no number of that length."""
    numbers = re.findall(rf"(?<!\d)\d{{{len(shown)}}}(?!\d)", re.sub(r"(?<=\d)[ ,.](?=\d)", "", text))
    return max((sum(a == b for a, b in zip(shown, number, strict=True)) for number in numbers), default=0)


def _ask(access: TargetAccess, name: str, body: dict[str, Any]) -> PlainReply:
    return access.post(phrase(f"deep.image.request.{name}"), {"stream": True, **body})


def _picture(digits: str) -> dict[str, Any]:
    data = base64.b64encode(draw_digits(digits)).decode()
    return {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}


def _with_tool(digits: str) -> dict[str, Any]:
    """Return a conversation in which a tool has returned a picture, as `Read` does with a file."""
    call = {"type": "tool_use", "id": "toolu_01AbCdEfGhIjKlMnOpQrStUv", "name": _TOOL, "input": {}}
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": [_picture(digits)]}
    tool = {
        "name": _TOOL,
        "description": "Take a screenshot.",
        "input_schema": {"type": "object", "properties": {}},
    }
    question = f"Take a screenshot with the tool. {_QUESTION}"
    turns = [user_message(question), {"role": "assistant", "content": [call]}, user_message([result])]
    return {"messages": turns, "tools": [tool]}


IMAGE = DeepCase(name="image", tokens=2_000, severity=Severity.WARNING, examine=_examine)
