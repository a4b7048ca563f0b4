"""A target that a person describes: what is wrong with an answer, and the table that is made of the answers."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from probe.inputs.load_config import OWN_NAMES, TargetEntry
from probe.inputs.source_lines import usage_error
from probe.inputs.target_table import TargetTable, Value
from probe.model.base_models import LABEL
from probe.model.choices import TokenHeader
from probe.redact import Redactor, environment_secrets
from probe.texts import Texts
from probe.texts.translations import translated

_VARIABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_CONVENTIONAL = re.compile(r"[A-Z_][A-Z0-9_]*")
_GOOD = {"base_url": "http://127.0.0.1", "model": "m"}


@dataclass(frozen=True, slots=True)
class NewTarget:
    """The answers: name, address, model, and the place of the token."""

    name: str
    base_url: str
    model: str
    token: str
    auth: TokenHeader = TokenHeader.BEARER

    @property
    def token_env(self) -> str | None:
        """The variable that holds the token, where the place of it is one."""
        return self.token if _VARIABLE.fullmatch(self.token) else None

    def table(self, texts: Texts) -> TargetTable:
        """Return the table, with remarks on the keys that could be added."""
        keys: dict[str, Value] = {"base_url": self.base_url, "model": self.model}
        keys["token_env" if self.token_env else "token_command"] = self.token
        if self.auth is not TokenHeader.BEARER:
            keys["auth"] = self.auth.value
        remarks = [texts(f"init.remark.{key}") for key in ("aliases", "env", "fail_on")]
        return TargetTable(self.name, keys, below=remarks)


class AnswerCheck:
    """Says what is wrong with an answer, in the language of the user; None where nothing is."""

    def __init__(self, texts: Texts, environment: Mapping[str, str]) -> None:
        self._texts = texts
        self._environment = environment
        self._redactor = Redactor(environment_secrets(environment))

    def base_url(self, text: str) -> str | None:
        """Return what is wrong with an address."""
        return self._field("base_url", text)

    def model(self, text: str) -> str | None:
        """Return what is wrong with a model's name."""
        return self._field("model", text)

    def token(self, text: str) -> str | None:
        """Return what is wrong with the place of a token: it must not be the token itself."""
        if self._redactor.text(text) != text:
            return self._texts("init.token_itself")
        if _VARIABLE.fullmatch(text):
            is_variable = text in self._environment or _CONVENTIONAL.fullmatch(text)
            return None if is_variable else self._texts("init.no_variable")
        # A word by itself that is no variable is more likely a token than a command.
        return None if re.search(r"[\s/]", text) else self._texts("init.no_place")

    def name(self, text: str, taken: Container[str]) -> str | None:
        """Return what is wrong with a target's name."""
        if not LABEL.fullmatch(text):
            return self._texts("init.no_name")
        if text in OWN_NAMES:
            return self._texts("init.own_name", name=text)
        return self._texts("init.taken_name", name=text) if text in taken else None

    def _field(self, field: str, text: str) -> str | None:
        if self._redactor.text(text) != text:
            return self._texts("init.token_itself")
        try:
            TargetEntry.model_validate({**_GOOD, field: text})
        except ValidationError as error:
            return translated(usage_error(error, TargetEntry, "", lambda _: None).message, self._texts)
        return None
