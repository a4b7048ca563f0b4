"""`probe.check_deep`: whether an upstream does all that Claude Code needs, case by case."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from probe.api.arguments import deadline_s, environment_texts, given_options, language_of, texts
from probe.api.notebook import table_html
from probe.api.worker import in_worker
from probe.checkup.deep_check import DeepObserver, DeepRequest, run_deep_check
from probe.model.choices import Language
from probe.model.deep_report import DeepReport
from probe.texts import Texts


class ShownDeepReport(DeepReport):
    """A DeepReport that a notebook shows as a table of its cases."""

    def _repr_html_(self) -> str:
        rows = [
            (target.name, case.name, case.result.value, case.summary, case.remedy or "")
            for target in self.targets
            for case in target.cases
        ]
        return table_html(("target", "case", "result", "what was found", "remedy"), rows)


def check_deep(
    targets: str | Sequence[str] | None = None,
    *,
    only: str | Sequence[str] = (),
    also: str | Sequence[str] = (),
    reference: str | None = None,
    base_url: str | None = None,
    model: str | None = None,
    token_env: str | None = None,
    env: Mapping[str, str] | None = None,
    config: str | Path | None = None,
    faults: str | Sequence[str] = (),
    timeout: float | str = 60.0,
    client: bool | str = True,
    environment: Mapping[str, str] | None = None,
    language: Language | str = Language.EN,
) -> DeepReport:
    """Try all that Claude Code needs of an upstream: tools, prompt cache, thinking, pictures and more.

    Costs about 95,000 tokens a target with all usual cases; docs/check-deep.md says how many each takes. Without a
    target it tries the embedded upstream, a stand-in that is part of `probe`. May be called in any thread. Ctrl-C ends
    it.

    Parameters
    ----------
    targets
        Targets of probe.toml, or `embedded`; one after the other.
    only, also
        Names of cases: these alone, or these opt-in cases beside the usual ones.
    reference
        A target to compare with: the case `model` counts tokens there too.
    base_url, model, token_env
        The upstream, the model to ask for, and the name of the variable that holds the token, instead of a target's.
    env
        Further variables for the client.
    config
        The only probe.toml to read; else the nearest one here or above, and the user's own.
    faults
        What the embedded upstream does wrong, as `no_cache` or `tool_arguments(as=html)`.
    timeout
        How long one request, or one call of the client, may take: seconds, or a text such as `"60s"`.
    client
        Make calls with the real client too; a text is its command.
    environment
        Variables to use in the place of `os.environ`: tokens, proxies, the path to the client.
    language
        The language of what was found: `en` or `zh`.

    Returns
    -------
    The cases of each target, each with result (`pass`, `fail` or `cannot_tell`), evidence and remedy.

    Raises
    ------
    UsageError
        For an argument, a case, a target or a configuration that cannot be used, or a token that is missing.

    Examples
    --------
    >>> report = probe.check_deep(["glm", "kimi"], only=["tools", "cache"])  # doctest: +SKIP
    >>> [case.name for case in report.targets[0].cases if case.result == "fail"]  # doctest: +SKIP
    """
    request = DeepRequest(
        given=given_options(
            targets=targets,
            base_url=base_url,
            model=model,
            token_env=token_env,
            config=config,
            client=client if isinstance(client, str) else None,
        ),
        env=environment_texts(env),
        faults=texts(faults),
        timeout_s=deadline_s(timeout, "timeout"),
        only=texts(only),
        also=texts(also),
        use_client=client is not False,
        reference=reference,
    )
    variables = dict(os.environ if environment is None else environment)
    words = Texts(language_of(language))
    report = in_worker(lambda cancel: run_deep_check(request, variables, DeepObserver(), cancel, words))
    return ShownDeepReport.model_validate(dict(report or {}))
