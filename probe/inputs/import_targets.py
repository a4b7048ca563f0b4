"""Make targets of what other programs have in their settings; a token stays there, and a command fetches it."""

import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr, ValidationError

from probe.errors import UsageError
from probe.inputs.find_config import distrust_of
from probe.inputs.labels import as_label, host_label, unlike
from probe.inputs.load_config import TargetEntry
from probe.inputs.load_target import DEFAULT_TOKEN_ENV, printed_token
from probe.inputs.source_lines import usage_error
from probe.inputs.target_sources import FoundTarget, SkippedTarget, TargetSource
from probe.inputs.target_table import TargetTable, Value
from probe.inputs.validate import check_sendable
from probe.model.choices import TokenHeader
from probe.redact import Redactor
from probe.texts import Texts

_ANY_TOKEN = "echo unused"  # noqa: S105 - what is sent where no token is asked for


@dataclass(frozen=True, slots=True)
class ImportedTargets:
    """Tables of targets, the providers that none was made of, and the files that were read."""

    tables: tuple[TargetTable, ...]
    skipped: tuple[SkippedTarget, ...]
    files: tuple[Path, ...]


def import_targets(source: TargetSource, places: Iterable[Path], model: str | None, texts: Texts) -> ImportedTargets:
    """Read a program's settings, and write a table for each provider. Raises ProbeError.

    `model` is asked of those that name none. No part of a token is in what is returned.
    """
    tables: list[TargetTable] = []
    skipped: list[SkippedTarget] = []
    files: list[Path] = []
    for place in places:
        found = source.find(place)
        files += found.files
        redactor = Redactor([target.token.get_secret_value() for target in found.targets if target.token])
        importer = _Importer(source, place, model, texts, redactor)
        skipped += map(importer.skip, found.skipped)
        for target in found.targets:
            name = as_label(target.name) or host_label(target.base_url)
            table = importer.table(unlike(name, [table.name for table in tables]), target)
            if isinstance(table, TargetTable):
                tables.append(table)
            else:
                skipped.append(importer.skip(table))
    return ImportedTargets(tuple(tables), tuple(skipped), tuple(files))


@dataclass(frozen=True, slots=True)
class _Importer:
    """Writes the tables of one place."""

    source: TargetSource
    place: Path
    model: str | None
    texts: Texts
    redactor: Redactor

    def table(self, name: str, target: FoundTarget) -> TargetTable | SkippedTarget:
        """Return the table of a target, or why there can be none."""
        model = target.model or self.model
        if not model:
            return SkippedTarget(target.name, "targets.skip.no_model")
        token, remark = self._token(target)
        keys: dict[str, Value] = {"base_url": target.base_url, "model": model, **token}
        if target.auth is not TokenHeader.BEARER:
            keys["auth"] = target.auth.value
        keys["aliases"] = {kind: alias for kind, alias in target.aliases.items() if alias != model}
        keys["env"] = target.env
        problem = _problem_of(keys)
        if problem:
            values = {"place": problem.key or "", "problem": problem.message}
            return SkippedTarget(target.name, "targets.skip.unreadable", values)
        above = [self.texts("targets.from", program=self.source.program, name=target.name), *remark]
        below = [self.texts("targets.withheld", names=", ".join(target.withheld))] if target.withheld else []
        table = TargetTable(name, keys, above, below)
        if self.redactor.text(str(table)) != str(table):
            return SkippedTarget(target.name, "targets.skip.holds_token")
        return table

    def skip(self, provider: SkippedTarget) -> SkippedTarget:
        """Return a skipped provider without secrets: a token may stand in any text."""
        values = {key: self.redactor.text(value) for key, value in provider.values.items()}
        return SkippedTarget(self.redactor.text(provider.name), provider.reason, values)

    def _token(self, target: FoundTarget) -> tuple[dict[str, Value], list[str]]:
        """Return the key that says where the token is, with a remark where there is more to say."""
        if target.token or target.token_helper:
            return {"token_command": token_command(self.source, self.place, target.id)}, []
        if target.token_env:
            return {"token_env": target.token_env}, []
        if not target.needs_token:
            return {"token_command": _ANY_TOKEN}, [self.texts("targets.any_token")]
        return {"token_env": DEFAULT_TOKEN_ENV}, [self.texts("targets.no_token", variable=DEFAULT_TOKEN_ENV)]


def _problem_of(keys: dict[str, Value]) -> UsageError | None:
    try:
        TargetEntry.model_validate({key: value for key, value in keys.items() if value})
    except ValidationError as error:
        return usage_error(error, TargetEntry, "", lambda _: None)
    return None


def token_command(source: TargetSource, place: Path, key: str) -> str:
    """Return the shell command that prints a token; a place in the home directory is written with ~."""
    absolute, home = place.absolute(), os.environ.get("HOME")
    path = shlex.quote(str(absolute))
    if home and absolute.is_relative_to(home):
        path = f"~/{shlex.quote(str(absolute.relative_to(home)))}"
    return f"probe targets token --from {source.name} --path {path} --id {shlex.quote(key)}"


def find_token(source: TargetSource, place: Path, key: str, folder: Path) -> SecretStr:
    """Return the token that a program has in its settings; `key` is the provider's id. Raises ProbeError."""
    found = source.find(place)
    target = next((target for target in found.targets if key == target.id), None)
    if target is None:
        raise UsageError(
            f"has no provider {key!r} that can be a target (any more)",
            path=found.files[0],
            key="--id",
            remedy=f"Import it again: probe targets import --from {source.name}",
        )
    if target.token:
        token = target.token.get_secret_value()
    elif target.token_helper:
        _check_helper(found.files, folder)
        token = printed_token(target.token_helper, "apiKeyHelper")
    else:
        raise UsageError(f"has no token for {target.name!r}", path=found.files[-1])
    check_sendable(token, f"{source.program}, {target.name}")
    return SecretStr(token)


def _check_helper(files: Iterable[Path], folder: Path) -> None:
    """Raise UsageError where another user can have written the command that is to be run."""
    for file in files:
        problem = distrust_of(file, folder)
        if problem:
            raise UsageError(
                f"its command is not run: {problem}",
                path=file,
                key="apiKeyHelper",
                remedy="Change the file's owner and mode.",
            )
