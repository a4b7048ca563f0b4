"""Case `fields`: the client's own request is taken; else, which beta or field is refused, and what leaves it out."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probe.checks.deep.deep_case import CaseFinding, DeepCase, failed, passed
from probe.checks.deep.plain_requests import require_usual_service
from probe.checks.deep.request_parts import SYSTEM_MESSAGES, OwnRequest, RequestPart, parts_of, without
from probe.checks.deep.system_role import is_known_refusal
from probe.checks.deep.target_access import CLIENT, PlainReply, TargetAccess
from probe.model.check_report import Severity
from probe.texts.phrase import Phrase, Words, items, phrase

SETTINGS = (
    "DISABLE_PROMPT_CACHING=1",
    "CLAUDE_CODE_EFFORT_LEVEL=unset",
    "DISABLE_INTERLEAVED_THINKING=1",
    "ENABLE_TOOL_SEARCH=false",
    "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1",
    "MAX_THINKING_TOKENS=0",
)
"""Variables that may keep the client from sending a part; what takes away least comes first."""
_INVALID = frozenset({400, 422})
_MAY_BE_CONTENT = frozenset({403, 404, 405, 500, 501, 502, 503})
"""Statuses by which some relays answer a request that they do not understand."""


@dataclass(frozen=True, slots=True)
class Culprits:
    """The parts without which the request is served; none where it is refused without them too.

    `searched` is False where some of them may be innocent.
    """

    parts: tuple[RequestPart, ...]
    searched: bool = True


def _examine(access: TargetAccess) -> CaseFinding:
    own = access.own_request({})
    reply = _send(access, own, phrase("deep.fields.request"))
    if not reply.served and is_known_refusal(_words_of(reply)):
        own = without(own, [SYSTEM_MESSAGES])
        refused, reply = reply, _send(access, own, _without_words([SYSTEM_MESSAGES]))
        if reply.served:
            return passed(phrase("deep.fields.falls_back"), phrase("deep.quoted", words=refused.evidence))
    if reply.served:
        fields = [part for part in parts_of(own) if not part.is_beta]
        seen = phrase("deep.fields.pass.seen", betas=len(own.betas), fields=items(part.name for part in fields))
        return passed(phrase("deep.fields.pass"), seen)
    return _judge_refusal(access, own, reply)


def _judge_refusal(access: TargetAccess, own: OwnRequest, reply: PlainReply) -> CaseFinding:
    """Look for the parts that are refused. Raises NotServed, OutOfTime."""
    if reply.status in _MAY_BE_CONTENT:
        require_usual_service(access)
    elif reply.status not in _INVALID:
        reply.required()
    culprits = _Search(access, own, reply).run()
    evidence = phrase("deep.quoted", words=reply.evidence)
    if not culprits.parts:
        return failed(phrase("deep.fields.refused", code=reply.code), evidence, phrase("deep.fields.unknown.do"))
    key = "deep.fields.culprits" if culprits.searched else "deep.fields.one_of"
    summary = phrase(key, code=reply.code, parts=items(map(_named, culprits.parts)))
    return failed(summary, evidence, _remedy(access, culprits.parts))


class _Search:
    """Sends the refused request again with parts left out, until it is served."""

    def __init__(self, access: TargetAccess, own: OwnRequest, refusal: PlainReply) -> None:
        self._access = access
        self._own = own
        self._words = _words_of(refusal)
        self._status = refusal.status
        self._left_out: list[RequestPart] = []

    def run(self) -> Culprits:
        """Return the parts that have to be left out. Raises NotServed, OutOfTime."""
        while True:
            reply = self._leave_out_named()
            if reply is None:
                return self._try_each()
            if reply.served:
                return Culprits(tuple(self._left_out))
            self._words = _words_of(reply)

    def _leave_out_named(self) -> PlainReply | None:
        """Leave out the first part that the words name, and that they do not name again; None where there is none."""
        for part in self._rest():
            if part.is_named_in(self._words):
                reply = self._try([part])
                if reply.served or not part.is_named_in(_words_of(reply)):
                    self._left_out.append(part)
                    return reply
        return None

    def _try_each(self) -> Culprits:
        """Leave one part out after the other, where no words say which."""
        for part in self._rest():
            if self._try([part]).served:
                return Culprits((*self._left_out, part))
        for group in self._groups():
            if self._try(group).served:
                return Culprits((*self._left_out, *group), searched=False)
        return Culprits(())

    def _groups(self) -> Iterator[list[RequestPart]]:
        rest = self._rest()
        yield [part for part in rest if part.is_beta]
        yield [part for part in rest if not part.is_beta]
        yield rest

    def _rest(self) -> list[RequestPart]:
        return [part for part in parts_of(self._own) if part not in self._left_out]

    def _try(self, parts: Sequence[RequestPart]) -> PlainReply:
        """Send the request without what is left out and these parts. Raises NotServed where it meets another end."""
        reply = _send(self._access, without(self._own, [*self._left_out, *parts]), _without_words(parts))
        if not reply.served and reply.status not in _INVALID | {self._status}:
            reply.required()
        return reply


def _send(access: TargetAccess, own: OwnRequest, name: Words) -> PlainReply:
    data = json.dumps(own.body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return access.post_bytes(name, data, path=own.path, headers=own.headers)


def _without_words(parts: Sequence[RequestPart]) -> Phrase:
    return phrase("deep.fields.request.without", parts=items(part.name for part in parts))


def _words_of(reply: PlainReply) -> str:
    return reply.result.body.decode("utf-8", "replace")


def _named(part: RequestPart) -> Phrase:
    return phrase("deep.fields.beta" if part.is_beta else "deep.fields.field", name=part.name)


def _remedy(access: TargetAccess, culprits: Sequence[RequestPart]) -> Phrase:
    """Return what to do; a setting is named only where this client leaves the parts out with it."""
    settings = settings_against(access, culprits)
    if settings:
        return phrase("deep.fields.setting.do", settings=items(settings))
    return phrase("deep.fields.no_setting.do")


def settings_against(access: TargetAccess, culprits: Sequence[RequestPart]) -> list[str]:
    """Return settings with which the client sends none of the parts, as its requests to an upstream of ours show.

    One that is enough alone is preferred. Without one the list is empty.
    """
    left: dict[str, set[RequestPart]] = {}
    for setting in SETTINGS:
        key, _, value = setting.partition("=")
        left[setting] = set(culprits) & set(parts_of(access.own_request({key: value})))
        if not left[setting]:
            return [setting]
    chosen: list[str] = []
    remaining = set(culprits)
    for setting, kept in left.items():
        if remaining - kept:
            chosen.append(setting)
            remaining &= kept
    return [] if remaining else chosen


FIELDS = DeepCase(name="fields", tokens=20_000, severity=Severity.WRONG, examine=_examine, by=(CLIENT,))
