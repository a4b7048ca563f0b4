"""All cases of `probe check --deep`, in the order in which they are made, and the choice among them."""

from collections.abc import Sequence

from probe.checks.deep.answer_limits import LIMITS
from probe.checks.deep.blocked_content import FIREWALL
from probe.checks.deep.deep_case import DeepCase
from probe.checks.deep.error_envelope import ERRORS
from probe.checks.deep.long_context import LONG_CONTEXT
from probe.checks.deep.model_identity import MODEL
from probe.checks.deep.parallel_tools import PARALLEL_TOOLS
from probe.checks.deep.pictures import IMAGE
from probe.checks.deep.prompt_cache import PROMPT_CACHE
from probe.checks.deep.refused_fields import FIELDS
from probe.checks.deep.structured_output import STRUCTURED
from probe.checks.deep.system_role import SYSTEM_ROLE
from probe.checks.deep.thinking_turns import THINKING
from probe.checks.deep.too_long import TOO_LONG
from probe.checks.deep.tool_round_trip import TOOL_ROUND_TRIP
from probe.checks.deep.usage_counts import USAGE
from probe.errors import UsageError
from probe.suggest import did_you_mean

CASES: tuple[DeepCase, ...] = (
    TOOL_ROUND_TRIP,
    PARALLEL_TOOLS,
    FIELDS,
    THINKING,
    PROMPT_CACHE,
    ERRORS,
    USAGE,
    SYSTEM_ROLE,
    STRUCTURED,
    IMAGE,
    FIREWALL,
    LIMITS,
    MODEL,
    TOO_LONG,
    LONG_CONTEXT,
)


def choose_cases(only: Sequence[str], also: Sequence[str], *, with_client: bool) -> tuple[DeepCase, ...]:
    """Return the cases to make: those of `only`, else all that are not opt-in; and those of `also`.

    Without the client, those that need it are left out. Raises UsageError for an unknown name, or where none is left.
    """
    _check_known("--only", only)
    _check_known("--also", also)
    named = {*only, *also}
    chosen = [case for case in CASES if case.name in named or (not only and not case.opt_in)]
    if with_client:
        return tuple(chosen)
    possible = tuple(case for case in chosen if not case.needs_client)
    if not possible:
        names = ", ".join(case.name for case in chosen)
        raise UsageError(
            f"no case is left: {names} cannot be made without the client",
            key="--no-client",
            remedy="Leave --no-client out.",
        )
    return possible


def _check_known(option: str, names: Sequence[str]) -> None:
    known = [case.name for case in CASES]
    for name in names:
        if name not in known:
            near = did_you_mean(name, known)
            raise UsageError(f"there is no case {name!r}", key=option, remedy=f"{near}Cases: {', '.join(known)}")
