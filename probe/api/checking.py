"""`probe.check`: what is wrong with an upstream, and what to do about it."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from probe.api.arguments import deadline_s, environment_texts, given_options, language_of, texts
from probe.api.notebook import table_html
from probe.api.worker import in_worker
from probe.checkup.run_check import CheckRequest, run_check
from probe.errors import UsageError
from probe.model.check_report import CheckReport
from probe.model.choices import Language, Workload
from probe.texts import Texts


class ShownCheckReport(CheckReport):
    """A CheckReport that a notebook shows as a table of its findings."""

    def _repr_html_(self) -> str:
        rows = [
            (finding.severity.value, finding.area.value, finding.title, finding.evidence, finding.remedy or "")
            for finding in self.findings
        ]
        return table_html(("severity", "area", "finding", "evidence", "remedy"), rows)


def check(
    target: str | None = None,
    *,
    base_url: str | None = None,
    model: str | None = None,
    token_env: str | None = None,
    env: Mapping[str, str] | None = None,
    config: str | Path | None = None,
    faults: str | Sequence[str] = (),
    timeout: float | str = 20.0,
    settings: bool = True,
    client: bool | str = True,
    workload: Workload | str | None = None,
    environment: Mapping[str, str] | None = None,
    language: Language | str = Language.EN,
) -> CheckReport:
    """Check an upstream from the outside in: this machine, the way there, endpoints, streaming, models, the client.

    Costs a few tiny calls, and two calls of the real client. Without a target it checks the embedded upstream, a
    stand-in that is part of `probe`. May be called in any thread. Ctrl-C ends it.

    Parameters
    ----------
    target
        A target of probe.toml, or `embedded`.
    base_url, model, token_env
        The upstream, the model to ask for, and the name of the variable that holds the token, instead of a target's.
    env
        Further variables for the client.
    config
        The only probe.toml to read; else the nearest one here or above, and the user's own.
    faults
        What the embedded upstream does wrong, as `truncate` or `status(code=529)`.
    timeout
        How long one step may take: seconds, or a text such as `"20s"`. All steps together take three times that.
    settings
        Look at the names in your own settings.json files, never at values.
    client
        Make calls with the real client too; a text is its command.
    workload
        The client's own request (`full`), or one of about 2 KB (`lean`).
    environment
        Variables to use in the place of `os.environ`: tokens, proxies, the path to the client.
    language
        The language of the findings: `en` or `zh`.

    Returns
    -------
    All that was seen. `findings` are what is wrong, worst first, each with evidence and remedy; `wrong` says whether
    something is.

    Raises
    ------
    UsageError
        For an argument, a target or a configuration that cannot be used, or a token that is missing.

    Examples
    --------
    >>> report = probe.check("glm")  # doctest: +SKIP
    >>> [finding.title for finding in report.findings if finding.severity == "wrong"]  # doctest: +SKIP
    """
    if not isinstance(target, str | None):
        raise UsageError("a check takes one target, by its name", key="target", remedy="Check several one by one.")
    given = given_options(
        targets=target,
        base_url=base_url,
        model=model,
        token_env=token_env,
        config=config,
        client=client if isinstance(client, str) else None,
        workload=workload,
    )
    request = CheckRequest(
        given=given,
        env=environment_texts(env),
        faults=texts(faults),
        timeout_s=deadline_s(timeout, "timeout"),
        settings=settings,
        use_client=client is not False,
    )
    variables = dict(os.environ if environment is None else environment)
    words = Texts(language_of(language))
    report = in_worker(lambda cancel: run_check(request, variables, lambda lines: None, cancel, words))
    return ShownCheckReport.model_validate(dict(report))
