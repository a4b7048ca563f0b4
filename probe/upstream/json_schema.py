"""A plausible value for a JSON schema, so that a client takes a made-up tool call seriously."""

import re
import shlex
from collections.abc import Mapping
from typing import Any

_COMMAND = re.compile(r"command|cmd|script|code|shell", re.IGNORECASE)
_PATH = re.compile(r"path|file|dir|folder|cwd", re.IGNORECASE)
_URL = re.compile(r"url|uri|endpoint|href", re.IGNORECASE)
_URL_VALUE = "http://127.0.0.1:9/"
# Schemas may refer to themselves.
_MAX_DEPTH = 8


def example_object(schema: Mapping[str, Any], canary: str) -> dict[str, Any]:
    """Return an object with the schema's required properties; commands and paths in it touch `canary` only."""
    value = _Examples(schema, canary).value("", schema, 0)
    return value if isinstance(value, dict) else {}


class _Examples:
    """Walks one schema, whose root resolves the `$ref`s."""

    def __init__(self, root: Mapping[str, Any], canary: str) -> None:
        self.root = root
        self.canary = canary

    def value(self, key: str, schema: object, depth: int) -> Any:
        if not isinstance(schema, Mapping) or depth > _MAX_DEPTH:
            return None
        if "$ref" in schema:
            return self.value(key, self._resolve(schema["$ref"]), depth + 1)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][0]
        for alternatives in (schema.get(word) for word in ("anyOf", "oneOf", "allOf")):
            if alternatives:
                return self.value(key, alternatives[0], depth + 1)
        return self._typed(key, schema, depth)

    def _typed(self, key: str, schema: Mapping[str, Any], depth: int) -> Any:
        match _type_name(schema):
            case "object":
                properties = schema.get("properties") or {}
                required = schema.get("required") or ()
                return {name: self.value(name, properties.get(name, {}), depth + 1) for name in required}
            case "array":
                count = max(1, schema.get("minItems", 1))
                return [self.value(key, schema.get("items", {}), depth + 1) for _ in range(count)]
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "boolean":
                return False
            case "null":
                return None
            case _:
                return self._string(key)

    def _string(self, key: str) -> str:
        if _URL.search(key):
            return _URL_VALUE
        if _PATH.search(key):
            return self.canary
        if _COMMAND.search(key):
            return f"touch {shlex.quote(self.canary)}"
        return "probe"

    def _resolve(self, reference: object) -> object:
        node: object = self.root
        for part in str(reference).removeprefix("#/").split("/"):
            node = node.get(part) if isinstance(node, Mapping) else None
        return node


def _type_name(schema: Mapping[str, Any]) -> str:
    """Return the schema's type, the first that is not null where it names several."""
    name = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(name, list):
        name = next((option for option in name if option != "null"), "null")
    return str(name)
