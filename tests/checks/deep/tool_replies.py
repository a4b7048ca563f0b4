"""Replies of the client to prompts that ask for tools, made from what the embedded upstream answers."""

import json
from collections.abc import Mapping, Sequence

from probe.checks.api_result import ApiRequest, ApiResult
from probe.checks.deep.client_reply import ECHO, ClientAnswer, ClientReply
from probe.checks.deep.deep_case import CaseFinding
from probe.checks.deep.message_content import MessageContent, read_content
from probe.checks.deep.request_parts import OwnRequest
from probe.checks.deep.target_access import TargetAccess
from probe.checks.deep.tool_answers import ToolAnswers, tool_prompt
from probe.checks.time_budget import TimeBudget
from probe.model.choices import TokenHeader
from probe.model.deep_report import CaseResult
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind
from probe.texts import Texts
from probe.upstream import parse_fault
from probe.upstream.faults.fault import Fault, respond
from probe.upstream.messages import CacheUse
from probe.upstream.request import MessagesRequest
from probe.upstream.script import body_of

MARK = "a-mark"
TOOL = {"name": ECHO, "input_schema": {"type": "object", "properties": {"text": {"type": "string"}}}}


def tool_answers(texts: Sequence[str], *faults: str, tools: Sequence[object] = (TOOL,)) -> ToolAnswers:
    """Return the reply of a client that makes each call which it can read, and hands the results in."""
    body = {"model": "m", "max_tokens": 4096, "stream": True, "tools": list(tools)}
    messages: list[object] = [{"role": "user", "content": tool_prompt(texts)}]
    upstream = [parse_fault(fault, []).fault for fault in faults]
    first = _ask(upstream, {**body, "messages": messages})
    made = first.content.tools
    if not made:
        return ToolAnswers(ClientReply([first], "", [], MARK, "a-session"), texts)
    received = [call.input for call in made if call.input]
    calls = [{"type": "tool_use", "id": call.id, "name": call.name, "input": call.input or {}} for call in made]
    results = [
        {"type": "tool_result", "tool_use_id": call.id, "content": f"{MARK} {(call.input or {}).get('text')}"}
        for call in made
    ]
    messages += [{"role": "assistant", "content": calls}, {"role": "user", "content": results}]
    second = _ask(upstream, {**body, "messages": messages})
    return ToolAnswers(ClientReply([first, second], "", received, MARK, "a-session"), texts)


class Client:
    """A client that gives these replies, one after the other."""

    def __init__(self, replies: Sequence[ClientReply]) -> None:
        self.made = 0
        self._replies = replies

    def call(self, prompt: str, timeout_s: float, earlier_id: str | None) -> ClientReply:
        self.made += 1
        return self._replies[self.made - 1]

    def own_request(self, variables: Mapping[str, str]) -> OwnRequest:
        raise AssertionError("the client's own request is not asked for")


def access_with(client: Client) -> TargetAccess:
    """Return the access of a case that may use this client, and nothing else."""
    access = TargetAccess("http://127.0.0.1:9", TokenHeader.BEARER, "m", _nothing, TimeBudget(60, 60), None, {})
    access.client = client
    return access


def _nothing(request: ApiRequest, timeout_s: float) -> ApiResult:
    raise AssertionError(f"{request.path} was asked by plain HTTP")


def refused(reply: ClientReply, status: int) -> ClientReply:
    """Return the same reply, but for its last request, which is refused."""
    exchange = _exchange(status)
    evidence = f"HTTP {status}, invalid_request_error"
    last = ClientAnswer(exchange, reply.requests[-1].request, MessageContent(), Outcome.API_ERROR, evidence)
    return ClientReply([*reply.requests[:-1], last], evidence, reply.received, reply.mark, reply.session_id)


def _ask(faults: Sequence[Fault], body: dict[str, object]) -> ClientAnswer:
    data = json.dumps(body).encode()
    request = MessagesRequest.of("/v1/messages", {}, json.loads(data), len(data))
    script, _ = respond(request, faults, 0.0, CacheUse())
    content = read_content(body_of(script))
    assert content is not None, script
    return ClientAnswer(_exchange(200), body, content, Outcome.OK, "")


def _exchange(status: int) -> Exchange:
    return Exchange(
        sequence=1,
        connection=1,
        kind=RequestKind.MAIN,
        method="POST",
        path="/v1/messages",
        status=status,
        message_complete=status == 200,
        end=ExchangeEnd.COMPLETE,
    )


def said(finding: CaseFinding) -> tuple[CaseResult, str]:
    """Return the result of a case and its sentence."""
    return finding.result, Texts().words(finding.summary)
