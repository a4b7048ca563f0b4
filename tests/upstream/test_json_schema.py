"""Values that a schema takes."""

from typing import Any

import pytest

from probe.upstream.json_schema import example_object


def test_examples_follow_the_schema() -> None:
    schema = {
        "type": "object",
        "$defs": {"item": {"type": "object", "properties": {"url": {}}, "required": ["url"]}},
        "properties": {
            "items": {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/item"}},
            "mode": {"enum": ["fast", "slow"]},
            "count": {"type": "integer", "minimum": 5},
            "flag": {"type": "boolean"},
            "maybe": {"type": ["null", "string"]},
            "either": {"anyOf": [{"type": "number"}, {"type": "string"}]},
            "notebook_path": {"type": "string"},
            "left_out": {"type": "string"},
        },
        "required": ["items", "mode", "count", "flag", "maybe", "either", "notebook_path"],
    }
    assert example_object(schema, "canary") == {
        "items": [{"url": "http://127.0.0.1:9/"}] * 2,
        "mode": "fast",
        "count": 5,
        "flag": False,
        "maybe": "probe",
        "either": 1,
        "notebook_path": "canary",
    }


def test_a_schema_that_refers_to_itself_ends() -> None:
    schema = {"type": "object", "properties": {"child": {"$ref": "#"}}, "required": ["child"]}
    assert "child" in example_object(schema, "canary")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"const": "fixed", "enum": ["other"]}, "fixed"),
        ({"enum": ["first", "second"]}, "first"),
        ({"enum": [], "type": "integer"}, 1),
        ({"oneOf": [{"type": "boolean"}, {"type": "string"}]}, False),
        ({"allOf": [{"type": "null"}]}, None),
        ({"type": "number", "minimum": 0.5}, 0.5),
        ({"type": ["null"]}, None),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"type": "array", "minItems": 3, "items": {"type": "integer"}}, [1, 1, 1]),
        ({"type": "array"}, ["probe"]),
        ({"properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"a": 1}),
        ({"type": "object"}, {}),
        ({"type": "object", "required": ["unknown"]}, {"unknown": "probe"}),
        ({"$ref": "#/$defs/count"}, 4),
        ({"$ref": "#/$defs/absent"}, None),
        ({"$ref": 3}, None),
        ("no schema", None),
        ({}, "probe"),
    ],
)
def test_each_form_of_a_schema_gets_a_value(schema: object, value: Any) -> None:
    root = {"type": "object", "$defs": {"count": {"minimum": 4, "type": "integer"}}}
    whole = {**root, "properties": {"x": schema}, "required": ["x"]}
    assert example_object(whole, "canary") == {"x": value}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("command", "touch 'the canary'"),
        ("shell_script", "touch 'the canary'"),
        ("file_path", "the canary"),
        ("cwd", "the canary"),
        ("url", "http://127.0.0.1:9/"),
        ("file_url", "http://127.0.0.1:9/"),
        ("text", "probe"),
    ],
)
def test_what_could_do_harm_touches_the_canary_only(name: str, value: str) -> None:
    assert example_object({"required": [name], "type": "object"}, "the canary") == {name: value}


@pytest.mark.parametrize("schema", [{}, {"type": "string"}, {"type": "array"}, {"const": 3}])
def test_a_schema_of_no_object_gives_an_empty_one(schema: dict[str, Any]) -> None:
    assert example_object(schema, "canary") == {}
