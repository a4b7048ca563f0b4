"""Hypothesis strategies that damage valid files or put hostile values into them."""

import re
from collections.abc import Callable

from hypothesis import strategies as st

_VALUE = re.compile(rb'(?<=[:=\[,])\s*("(?:[^"\\]|\\.)*"|-?[\d.]+(?:[eE][-+]?\d+)?|true|false|null)')
_WORD = re.compile(rb"[A-Za-z0-9_.-]+")
HOSTILE_VALUES = (
    *(b"NaN", b"-Infinity", b"1e308", b"-1e308", b"1e999", b"-1", b"0", b"1e-320", b"9007199254740993", b"1" * 30),
    *(b"9" * 5000, b"0x" + b"f" * 5000, b"null", b"true", b"[]", b"{}", b'""', b'"x"', b"[" * 3000, b'{"a":' * 3000),
    *(b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\\u0000"', b'"\xff"', b'"\xed\xa0\x80"', b'"' + b"x" * 300 + b'"'),
    *(
        b'"\\u009b31m\\u202egnp.exe\\u001b]0;t\\u0007"',
        '"\x9b31m\u202e\u2066"'.encode(),
        b'"<script>alert(1)</script>"',
    ),
    *(
        b'"0001-01-01T00:00:00+14:00"',
        b'"9999-12-31T23:59:59-14:00"',
        b'"2026-11-21T07:30:00"',
        b'"2026-02-30T00:00:00Z"',
    ),
    *(b'"../../../../etc/passwd"', b'"/dev/zero"', b'"a/b"', b'"1e308s"', b'"99999999999999h"', b'"of_a_newer_probe"'),
    *(b'"=cmd|x"', b'"call1"', b'"call2"', b"&a [*a]", b"*a", b"!!python/object:x y", b"<<", b"[[a]]", b"'''", b'"""'),
)

Mutation = Callable[[bytes], bytes]


def _flip(where: float, value: int) -> Mutation:
    def mutate(data: bytes) -> bytes:
        place = int(where * len(data))
        return data[:place] + bytes([value]) + data[place + 1 :]

    return mutate


def _cut(where: float, length: int) -> Mutation:
    return lambda data: data[: int(where * len(data))] + data[int(where * len(data)) + length :]


def _insert(where: float, piece: bytes) -> Mutation:
    return lambda data: data[: int(where * len(data))] + piece + data[int(where * len(data)) :]


def _truncate(where: float) -> Mutation:
    return lambda data: data[: int(where * len(data))]


def _lines(first: float, second: float, *, swap: bool) -> Mutation:
    """Swap two lines, or duplicate one at another position."""

    def mutate(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        if not lines:
            return data
        a, b = int(first * len(lines)), int(second * len(lines))
        if swap:
            lines[a], lines[b] = lines[b], lines[a]
        else:
            lines.insert(b, lines[a])
        return b"".join(lines)

    return mutate


def _replace(pattern: re.Pattern[bytes], where: float, value: bytes) -> Mutation:
    def mutate(data: bytes) -> bytes:
        matches = list(pattern.finditer(data))
        if not matches:
            return value
        match = matches[int(where * len(matches))]
        return data[: match.start()] + value + data[match.end() :]

    return mutate


_WHERE = st.floats(0, 1, exclude_max=True)
_HOSTILE = st.sampled_from(HOSTILE_VALUES)
_MUTATION: st.SearchStrategy[Mutation] = st.one_of(
    st.builds(lambda where, value: _replace(_VALUE, where, value), _WHERE, _HOSTILE),
    st.builds(lambda where, value: _replace(_WORD, where, value), _WHERE, _HOSTILE),
    st.builds(_flip, _WHERE, st.integers(0, 255)),
    st.builds(_cut, _WHERE, st.integers(1, 200)),
    st.builds(_insert, _WHERE, _HOSTILE | st.binary(max_size=8)),
    st.builds(_truncate, _WHERE),
    st.builds(lambda first, second, swap: _lines(first, second, swap=swap), _WHERE, _WHERE, st.booleans()),
)


def apply(data: bytes, mutations: list[Mutation]) -> bytes:
    """Return the data after all mutations, applied in order."""
    for mutation in mutations:
        data = mutation(data)
    return data


mutations = st.lists(_MUTATION, min_size=1, max_size=4)
"""One to four mutations, for `apply`."""
