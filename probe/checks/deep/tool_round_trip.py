"""Case `tools`: a tool is called with the arguments that were asked for, and its result comes back to the model."""

from probe.checks.deep.deep_case import CaseFinding, DeepCase, passed
from probe.checks.deep.target_access import CLIENT, TargetAccess
from probe.checks.deep.tool_answers import ToolAnswers, ask_for_tools
from probe.model.check_report import Severity
from probe.texts.phrase import phrase

_LINES = (
    "'single' and \"double\" quotes, `backticks`, a | pipe, ||, $HOME, $(id), %PATH%, C:\\temp\\new",
    'JSON {"a": [1, {"b": "c|d"}], "e": null}, <tag attr="v">&amp;</tag>, # hash, 100 %, ~ ; * ?',
    "Grüße, œuvre, naïve, Ελληνικά, русский, 漢字かな交じり, 한국어, עברית, 🙂👩‍💻",
)
"""Characters that relays are known to mangle."""


def awkward_text(nonce: str) -> str:
    """Return a long text with all that relays are known to mangle, and a word that nobody else knows."""
    numbered = (f"{number}. {line}" for number, line in enumerate(_LINES * 3, 1))
    return "\n".join((f"Begin {nonce}.", *numbered, f"End {nonce}."))


def _examine(access: TargetAccess) -> CaseFinding:
    text = awkward_text(access.nonce)
    return judge_round_trip(ask_for_tools(access, phrase("deep.tools.request"), [text]))


def judge_round_trip(answers: ToolAnswers) -> CaseFinding:
    """Return the finding for a reply to the prompt. Raises NotServed where no answer came."""
    problem = answers.problem() or answers.results_problem()
    if problem is not None:
        return problem
    call = answers.calls[0]
    return passed(
        phrase("deep.tools.pass"), phrase("deep.tools.seen", bytes=len(call.sent.encode()), pieces=call.pieces)
    )


TOOL_ROUND_TRIP = DeepCase(name="tools", tokens=7_000, severity=Severity.WRONG, examine=_examine, by=(CLIENT,))
