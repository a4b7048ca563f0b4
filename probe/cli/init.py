"""`probe init`: a `probe.toml` by questions, with a check before anything is written."""

import os
import tempfile
from collections.abc import Container, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.ask import ProblemOf, ask, confirm, is_interactive
from probe.cli.check import DEFAULT_TIMEOUT_S
from probe.cli.check_signals import ended_by_signals
from probe.cli.common import end, put, say
from probe.cli.language import present_texts
from probe.cli.run_options import RunOutput
from probe.errors import ExitCode, ProbeError, UsageError

if TYPE_CHECKING:
    from probe.inputs.new_target import NewTarget
    from probe.model.check_report import CheckReport

EXAMPLES = """\b
Examples:
  probe init
  probe init --base-url https://relay.example --model glm-4.7 --token-env GLM_TOKEN --yes
  probe init --config ~/.config/probe/probe.toml"""
_FLAGS = {"base_url": "--base-url", "model": "--model", "token": "--token-env, --token-command", "name": "--name"}
_VARIABLES = {"base_url": "ANTHROPIC_BASE_URL", "model": "ANTHROPIC_MODEL"}
_ROUNDS = 3
_AUTH_FINDING = "auth_header"


def init(
    *,
    base_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The upstream. (default: ANTHROPIC_BASE_URL)")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model to ask for. (default: ANTHROPIC_MODEL)")] = None,
    token_env: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The variable that holds the token. (default: ANTHROPIC_AUTH_TOKEN)"),
    ] = None,
    token_command: Annotated[
        str | None, typer.Option(metavar="CMD", help="Or a command that prints it, such as 'pass show glm'.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The target's name. (default: from the host)")] = None,
    config: Annotated[Path, typer.Option("--config", metavar="FILE", help="The file; what is in it stays.")] = Path(
        "probe.toml"
    ),
    check: Annotated[bool, typer.Option("--check/--no-check", help="Check the upstream by plain HTTP first.")] = True,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take the defaults.")] = False,
) -> None:
    """Make a probe.toml: ask for an upstream, check it, and write it.

    The token is never asked for: only the variable that holds it, or a command that prints it. What is in the file
    stays. Ends with 3, and writes nothing, where the check finds something wrong and nobody can be asked.
    """
    from probe.cli.config_file import names_in

    if token_env and token_command:
        raise UsageError("one place of the token is enough", key="--token-env, --token-command")
    if not yes and not is_interactive():
        raise UsageError(
            "standard input or standard error is no terminal, so no question can be asked",
            remedy="Answer on the command line: --yes, with --base-url, --model and --token-env or --token-command.",
        )
    given = {"base_url": base_url, "model": model, "token": token_env or token_command, "name": name}
    taken = names_in(config)
    target = _answers(given, {}, taken, asks=not yes)
    if check:
        target = _checked(target, taken, asks=not yes)
    _write(target, config, asks=not yes)
    if not yes and confirm(present_texts()("init.run_now", name=target.name, rounds=_ROUNDS), default=False):
        from probe.cli.make_run import run_given_options

        options = {"targets": (target.name,), "rounds": _ROUNDS, "config": str(config.absolute())}
        _, code = run_given_options(options, None, RunOutput())
        end(code)


def _default(key: str, base_url: str) -> str:
    """Return the answer where none is given."""
    from probe.inputs.labels import host_label
    from probe.inputs.load_target import DEFAULT_TOKEN_ENV

    if key == "name":
        return host_label(base_url)
    return os.environ.get(_VARIABLES[key], "") if key in _VARIABLES else DEFAULT_TOKEN_ENV


def _answers(
    given: Mapping[str, str | None], defaults: Mapping[str, str], taken: Container[str], *, asks: bool
) -> "NewTarget":
    """Return the target of the options and, for what these do not say, of a person's answers or the defaults.

    Raises UsageError that names the option.
    """
    from probe.inputs.new_target import NewTarget

    texts, answers = present_texts(), dict[str, str]()
    for key, problem_of in _checks(taken).items():
        option = given.get(key)
        default = defaults.get(key) or _default(key, answers.get("base_url", ""))
        if asks and not option:
            answers[key] = ask(texts(f"init.ask.{key}"), default, problem_of)
            continue
        answers[key] = option or default
        problem = problem_of(answers[key]) if answers[key] else texts("init.needed")
        if problem:
            raise UsageError(problem, key=_FLAGS[key])
    return NewTarget(answers["name"], answers["base_url"], answers["model"], answers["token"])


def _checks(taken: Container[str]) -> dict[str, ProblemOf]:
    """Return the questions in their order, with what says whether an answer is one."""
    from probe.inputs.new_target import AnswerCheck

    checks = AnswerCheck(present_texts(), os.environ)
    return {
        "base_url": checks.base_url,
        "model": checks.model,
        "token": checks.token,
        "name": lambda text: checks.name(text, taken),
    }


def _checked(target: "NewTarget", taken: Container[str], *, asks: bool) -> "NewTarget":
    """Return the target once nothing is wrong with it, or once a person wants it all the same; else end."""
    texts = present_texts()
    while True:
        if target.token_env and not os.environ.get(target.token_env, "").strip():
            say(texts("init.not_checked", variable=target.token_env))
            return target
        checked, is_fine = _check(target)
        if is_fine:
            return checked
        if not asks:
            say(texts("init.nothing_written_wrong"))
            end(ExitCode.FAILED)
        choice = ask(texts("init.ask.go_on"), "c", lambda text: None if text in {"c", "w", "q"} else texts("init.cwq"))
        if choice == "q":
            say(texts("init.nothing_written"))
            end(ExitCode.FAILED)
        if choice == "w":
            return checked
        earlier = {"base_url": checked.base_url, "model": checked.model, "token": checked.token, "name": checked.name}
        target = _answers({}, earlier, taken, asks=True)


def _check(target: "NewTarget") -> tuple["NewTarget", bool]:
    """Check the target; return it, with the token in the header that the upstream takes, and whether all is well."""
    from probe.checks.endpoints import other_header

    for _ in range(2):
        report = _report(target)
        codes = {finding.code for finding in report.findings} if report else set()
        if _AUTH_FINDING not in codes:
            break
        target = replace(target, auth=other_header(target.auth))
        say(present_texts()("init.other_header", auth=target.auth.value))
    return target, report is not None and not report.wrong


def _report(target: "NewTarget") -> "CheckReport | None":
    """Check the target as it would be written; None where it could not even be asked, which is said."""
    from probe.checkup.run_check import CheckRequest, run_check
    from probe.render.check_listing import render_check

    texts = present_texts()
    with tempfile.TemporaryDirectory(prefix="probe-init-") as folder:
        file = Path(folder) / "probe.toml"
        file.write_text(str(target.table(texts)), encoding="utf-8")
        request = CheckRequest(
            given={"targets": (target.name,), "config": str(file)},
            env=(),
            faults=(),
            timeout_s=DEFAULT_TIMEOUT_S,
            settings=False,
            use_client=False,
        )
        try:
            with ended_by_signals():
                # The first line names the file, which is only for the check.
                report = run_check(request, dict(os.environ), lambda lines: say("\n".join(lines[1:])), texts=texts)
        except ProbeError as error:
            say(f"probe: {error}")
            return None
    findings, *_, summary = render_check(report, texts).split("\n\n")
    say(f"{findings}\n\n{summary}")
    return report


def _write(target: "NewTarget", config: Path, *, asks: bool) -> None:
    """Show the table and add it to the file, once a person agrees; else end."""
    from probe.cli.config_file import add_tables
    from probe.inputs.find_config import shown_path

    texts, file = present_texts(), shown_path(config)
    table = target.table(texts)
    put(str(table))
    if asks and not confirm(texts("init.ask.write", file=file), default=True):
        say(texts("init.nothing_written"))
        end(ExitCode.DONE)
    beginning = f'# {texts("init.remark.file")}\ndefault_target = "{target.name}"\n'
    if not add_tables([table], config, beginning=beginning):
        raise UsageError(texts("init.taken_name", name=target.name), path=config, key="--name")
    say(texts("targets.written", file=file, names=target.name))
    if target.token_env and not os.environ.get(target.token_env, "").strip():
        say(texts("init.export", variable=target.token_env))
    say(texts("init.next", name=target.name))
