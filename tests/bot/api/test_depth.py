"""How deep a JSON text nests: the fast count agrees with the plain one, in a time that grows with the size only."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.api.limits import _depth


def plain(body: bytes) -> int:
    """The definition: brackets outside strings, one byte after the other."""
    depth = deepest = 0
    in_string = escaped = False
    for byte in body:
        if in_string:
            if escaped:
                escaped = False
            elif byte == ord("\\"):
                escaped = True
            elif byte == ord('"'):
                in_string = False
        elif byte == ord('"'):
            in_string = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


PIECES = st.sampled_from([b"[", b"]", b"{", b"}", b'"', b"\\", b"a", b"\n", b"\xff"])
VALUES = st.recursive(
    st.text(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=40).map(b"".join))
def test_the_fast_count_is_the_plain_one(body: bytes) -> None:
    assert _depth(body) == plain(body)


@settings(deadline=None)
@given(VALUES)
def test_on_json_it_is_the_nesting(value: object) -> None:
    def nesting(node: object) -> int:
        if isinstance(node, dict):
            return 1 + max(map(nesting, node.values()), default=0)
        return 1 + max(map(nesting, node), default=0) if isinstance(node, list) else 0

    assert _depth(json.dumps(value).encode()) == nesting(value)


@pytest.mark.parametrize("unit", [b"[", b'"', b'\\"', b'"\\', b"\\", b'"[', b"[]", b'""'])
def test_hostile_bodies_cost_little(unit: bytes) -> None:
    body = b'"' + unit * (256 * 1024 // len(unit))
    begun = time.process_time()
    _depth(body)
    # A quadratic reading would take minutes.
    assert time.process_time() - begun < 5
