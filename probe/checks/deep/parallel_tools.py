"""Case `parallel_tools`: two calls in one answer come whole, each with an id of its own, and both results go back."""

from probe.checks.deep.client_reply import ECHO
from probe.checks.deep.deep_case import CaseFinding, DeepCase, cannot_tell, failed, passed
from probe.checks.deep.target_access import CLIENT, TargetAccess
from probe.checks.deep.tool_answers import ToolAnswers, ask_for_tools
from probe.model.check_report import Severity
from probe.texts.phrase import phrase


def _examine(access: TargetAccess) -> CaseFinding:
    texts = [f"first {access.nonce}", f"second {access.nonce}"]
    return judge_parallel(ask_for_tools(access, phrase("deep.parallel_tools.request"), texts))


def judge_parallel(answers: ToolAnswers) -> CaseFinding:
    """Return the finding for a reply to the prompt. Raises NotServed where no answer came."""
    problem = _ids_problem(answers) or answers.problem() or _number_problem(answers) or answers.results_problem()
    return problem or passed(
        phrase("deep.parallel_tools.pass"),
        phrase("deep.parallel_tools.ids", ids=", ".join(call.id for call in answers.calls)),
    )


def _ids_problem(answers: ToolAnswers) -> CaseFinding | None:
    """Return what is wrong with the ids and places of the calls."""
    ids = [call.id for call in answers.calls]
    indexes = [block.index for block in answers.first.content.blocks]
    if len(set(ids)) < len(ids) or not all(ids):
        return failed(phrase("deep.parallel_tools.same_id"), phrase("deep.parallel_tools.ids", ids=", ".join(ids)))
    if len(set(indexes)) < len(indexes):
        numbers = ", ".join(map(str, indexes))
        return failed(phrase("deep.parallel_tools.same_index"), phrase("deep.parallel_tools.indexes", indexes=numbers))
    return None


def _number_problem(answers: ToolAnswers) -> CaseFinding | None:
    """Return what is wrong where fewer calls came than were asked for."""
    content = answers.first.content
    texts = {call.input.get("text") for call in answers.calls if call.input}
    if len(texts) >= len(answers.texts):
        return None
    indexes = [block.index for block in content.blocks]
    numbers = phrase("deep.parallel_tools.indexes", indexes=", ".join(map(str, indexes)))
    if len(answers.calls) > len(texts):
        return failed(phrase("deep.parallel_tools.twice"), ", ".join(f"{ECHO} {call.sent}" for call in answers.calls))
    if content.streamed and indexes != list(range(len(indexes))):
        return failed(phrase("deep.parallel_tools.gap"), numbers)
    return cannot_tell(
        phrase("deep.parallel_tools.only_one"),
        phrase("deep.parallel_tools.output", tokens=answers.first.usage.output_tokens or "?"),
        phrase("deep.parallel_tools.only_one.do"),
    )


PARALLEL_TOOLS = DeepCase(
    name="parallel_tools",
    tokens=6_000,
    severity=Severity.WRONG,
    examine=_examine,
    by=(CLIENT,),
)
