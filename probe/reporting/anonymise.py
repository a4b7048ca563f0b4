"""Anonymising of what is sent to somebody else: without secrets, and without this machine's paths, users and names."""

import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from probe.redact import Redactor

M = TypeVar("M", bound=BaseModel)
_LEAST_NAME_CHARS = 3
_HOMES = re.compile(r"(?<![\w.:/~-])/(?:(?:home|Users)/[^/\s\"'<>,;:]+|root)(?![\w-])")
_TEMPORARY = re.compile(r"(?<![\w.:/~-])/(?:private/)?(?:tmp|var/folders|var/tmp)(?=/)")


class Anonymiser:
    """Takes secrets, directories, users and the host's name out of texts and of models."""

    def __init__(self, secrets: Iterable[str], environment: Mapping[str, str], host: str) -> None:
        self._redactor = Redactor(secrets)
        folders = {str(Path.cwd()): ".", environment.get("HOME", ""): "~", tempfile.gettempdir(): "[tmp]"}
        folders |= {"/var/tmp": "[tmp]"}  # noqa: S108  # it ends as /tmp, and goes before that
        known = sorted((folder for folder in folders if len(Path(folder).parts) > 1), key=len, reverse=True)
        self._folders = [(re.compile(rf"{re.escape(folder)}(?![\w-])"), folders[folder]) for folder in known]
        users = {environment.get("USER", ""), environment.get("LOGNAME", ""), Path(environment.get("HOME", "")).name}
        self._names = [
            *(re.compile(rf"(?<=@){re.escape(name)}(?![\w-])") for name in (host,) if name),
            *(re.compile(rf"(?<=[/\\~=:]){user}\b|\b{user}(?=@)") for user in map(re.escape, _long(users))),
            *(re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])") for name in _long({host}) if not name.isalpha()),
        ]

    def text(self, text: str) -> str:
        """Return a text without secrets, and without this machine's paths and names."""
        plain = self._redactor.text(text)
        for folder, word in self._folders:
            plain = folder.sub(word, plain)
        plain = _TEMPORARY.sub("[tmp]", _HOMES.sub("~", plain))
        for name in self._names:
            plain = name.sub("[name]", plain)
        return plain

    def value(self, value: object) -> object:
        """Return decoded JSON with all its texts anonymised, keys aside."""
        match value:
            case str():
                return self.text(value)
            case list():
                return [self.value(item) for item in value]
            case dict():
                return {key: self.value(item) for key, item in value.items()}
            case _:
                return value

    def model(self, model: M) -> M:
        """Return a model with all its texts anonymised."""
        return type(model).model_validate(self.value(model.model_dump(mode="json")))

    def data(self, data: bytes) -> bytes:
        """Return bytes that are about to be sent without secrets, whatever put them there."""
        return self._redactor.data(data)


def _long(names: Iterable[str]) -> list[str]:
    """Return the names that do not stand in innocent places all the time."""
    return [name for name in names if len(name) >= _LEAST_NAME_CHARS]
