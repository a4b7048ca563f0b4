"""Say why a call did not go on as it was to: it was not made at all, or in a process of its own."""

from probe.model.observation import Restart, WhyRestarted
from probe.texts.phrase import Words, phrase


def refusal_words(tools: tuple[str, ...]) -> Words:
    """Say why a call was not made that would have sent the refusal of these tools."""
    if not tools:
        return phrase("evidence.refused_tool.unnamed")
    return phrase("evidence.refused_tool", tools=", ".join(tools))


def restart_words(restart: Restart | None) -> Words:
    """Say why a call has a process of its own; empty where it has none, or was to have one."""
    if restart is None:
        return ""
    if restart.why is WhyRestarted.KILLED:
        return phrase("evidence.restarted.killed", seconds=f"{restart.waited_s:g}")
    why = phrase(f"evidence.restarted.{restart.why.value}", how=_how_it_ended(restart))
    return phrase("evidence.restarted.said", why=why, said=restart.said) if restart.said else why


def _how_it_ended(restart: Restart) -> Words:
    return restart.signal or phrase("evidence.exit_code", code=str(restart.return_code))
