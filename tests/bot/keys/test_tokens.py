"""The text of a key: recognisable, and nothing else is taken for one."""

import re
import zlib

import pytest

from bot.keys.tokens import PATTERN, key_id, new_id, new_token


def test_a_token_carries_its_id_and_its_checksum() -> None:
    token = new_token("abcdefgh01")
    assert PATTERN.fullmatch(token)
    assert key_id(token) == "abcdefgh01"
    # By another road than the code's own: base 62 read back.
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    value = 0
    for char in token[-6:]:
        value = value * 62 + alphabet.index(char)
    assert value == zlib.crc32(token[:-6].encode())


def test_tokens_and_ids_differ() -> None:
    assert len({new_token("abcdefgh01") for _ in range(200)}) == 200
    ids = {new_id() for _ in range(200)}
    assert len(ids) == 200
    assert all(re.fullmatch("[0-9a-z]{10}", one) for one in ids)


def test_a_secret_has_256_bits_to_spare() -> None:
    assert 62**43 > 2**256


@pytest.mark.parametrize("place", range(64))
def test_any_altered_character_is_noticed(place: int) -> None:
    token = new_token("abcdefgh01")
    assert len(token) == 63
    if place == 63:
        assert key_id(token + "x") is None
        return
    for other in "a0Z_- é":
        if other != token[place]:
            assert key_id(token[:place] + other + token[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "cv_", "Bearer x", "x" * 10_000, "cv_abcdefgh01_" + "A" * 49, "\x00", "é" * 63])
def test_other_texts_are_no_key(text: str) -> None:
    assert key_id(text) is None
