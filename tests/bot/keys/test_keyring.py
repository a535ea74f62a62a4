"""Making, recognising, renewing, revoking keys; and what is written down of them."""

import hashlib
import hmac
import sqlite3
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.keys.errors import BadKey, KeysUnavailable, Refused, UnknownKey
from bot.keys.keyring import Keyring
from bot.keys.model import Caller, Scope
from bot.keys.tokens import new_token

from .conftest import Clock, open_keyring


def refusal(keyring: Keyring, token: str) -> str:
    with pytest.raises(Refused) as refused:
        keyring.verify(token)
    assert token not in refused.value.message
    return refused.value.code


def test_a_key_is_recognised_with_all_that_was_given(keyring: Keyring, clock: Clock) -> None:
    issued = keyring.create(" GLPI ", [Scope.ASK, Scope.HELPDESK], days=30, per_minute=5, per_day=7)
    key = keyring.verify(issued.token)
    assert key == issued.key
    assert (key.name, key.scopes, key.per_minute, key.per_day) == ("GLPI", {Scope.ASK, Scope.HELPDESK}, 5, 7)
    assert key.expires_at == clock.time + timedelta(days=30)
    assert (key.may(Scope.ASK), key.may(Scope.SEARCH)) == (True, False)
    assert keyring.create("tout", [Scope.ADMIN], days=0).key.may(Scope.FEEDBACK)


def test_nothing_secret_is_written_or_shown(keyring: Keyring, folder: Path) -> None:
    issued = keyring.create("a", [Scope.ASK])
    renewed = keyring.rotate(issued.key.id)
    secrets = [one.token.split("_")[2] for one in (issued, renewed)]
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    shown = repr(issued) + str(issued) + repr(issued.key) + repr(keyring)
    for secret in secrets:
        assert secret.encode() not in written
        assert secret not in shown
    # What is written is the HMAC under the pepper, and the pepper is elsewhere.
    pepper = (folder / "keys" / "pepper").read_bytes().strip()
    database = (folder / "keys" / "keys.sqlite").read_bytes() + (folder / "keys" / "keys.sqlite-wal").read_bytes()
    assert hmac.new(pepper, renewed.token.encode(), hashlib.sha256).digest() in database
    assert pepper not in database
    assert len(pepper) == 64


def test_files_are_their_owners_only(keyring: Keyring, folder: Path) -> None:
    keyring.create("a", [Scope.ASK])
    assert stat.S_IMODE((folder / "keys").stat().st_mode) == 0o700
    files = list((folder / "keys").iterdir())
    assert {path.name for path in files} >= {"pepper", "keys.sqlite"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)


def test_what_is_no_key_of_ours_is_refused(keyring: Keyring) -> None:
    assert refusal(keyring, "cv_x") == "key_invalid"
    assert refusal(keyring, new_token("abcdefgh01")) == "key_invalid"
    key = keyring.create("a", [Scope.ASK]).key
    assert refusal(keyring, new_token(key.id)) == "key_invalid"


def test_a_key_ends(keyring: Keyring, clock: Clock) -> None:
    token = keyring.create("a", [Scope.ASK], days=1).token
    forever = keyring.create("b", [Scope.ASK], days=0).token
    clock.advance(hours=23, minutes=59)
    keyring.verify(token)
    clock.advance(minutes=1)
    assert refusal(keyring, token) == "key_expired"
    clock.advance(days=4_000)
    keyring.verify(forever)


def test_rotation_overlaps_then_leaves_one_secret(keyring: Keyring, clock: Clock) -> None:
    old = keyring.create("a", [Scope.ASK], days=10)
    clock.advance(days=9)
    new = keyring.rotate(old.key.id, overlap=timedelta(hours=2), days=10)
    assert new.key.id == old.key.id
    assert keyring.verify(old.token).secrets == keyring.verify(new.token).secrets == 2
    clock.advance(hours=2)
    assert refusal(keyring, old.token) == "key_invalid"
    assert keyring.verify(new.token).expires_at == clock.time + timedelta(days=10) - timedelta(hours=2)
    # A second rotation during an overlap: the oldest secret leaves at once, never three are good.
    third = keyring.rotate(old.key.id)
    fourth = keyring.rotate(old.key.id)
    assert refusal(keyring, new.token) == "key_invalid"
    keyring.verify(third.token)
    keyring.verify(fourth.token)
    at_once = keyring.rotate(old.key.id, overlap=timedelta())
    assert refusal(keyring, fourth.token) == "key_invalid"
    keyring.verify(at_once.token)


def test_a_rotation_revives_no_secret_that_had_ended(keyring: Keyring, clock: Clock) -> None:
    first = keyring.create("a", [Scope.ASK], days=30)
    clock.advance(days=200)
    second = keyring.rotate(first.key.id, overlap=timedelta(days=7), days=90)
    assert refusal(keyring, first.token) == "key_invalid"
    assert keyring.verify(second.token).secrets == 1
    # One that was about to end is not prolonged by the overlap.
    clock.advance(days=89)
    third = keyring.rotate(first.key.id, overlap=timedelta(days=7), days=90)
    assert keyring.verify(second.token)
    clock.advance(days=1, seconds=1)
    assert refusal(keyring, second.token) == "key_invalid"
    assert keyring.verify(third.token)


def test_a_revoked_key_is_refused_and_cannot_be_renewed(keyring: Keyring) -> None:
    issued = keyring.create("a", [Scope.ASK])
    assert keyring.file.revoke(issued.key.id)
    assert not keyring.file.revoke(issued.key.id)
    assert refusal(keyring, issued.token) == "key_revoked"
    # Its state is told to who holds the secret only.
    assert refusal(keyring, new_token(issued.key.id)) == "key_invalid"
    with pytest.raises(UnknownKey):
        keyring.rotate(issued.key.id)
    for unknown in ("abcdefgh01", "", "' OR 1=1"):
        with pytest.raises(UnknownKey):
            keyring.file.revoke(unknown)


def test_another_process_revokes_at_once(own_keys: Keyring, folder: Path) -> None:
    issued = own_keys.create("a", [Scope.ASK])
    own_keys.verify(issued.token)
    program = "import sys; from bot.keys.store import *; KeyFile(Path(sys.argv[1])).revoke(sys.argv[2])"
    path = folder / "keys" / "keys.sqlite"
    subprocess.run([sys.executable, "-c", program, str(path), issued.key.id], check=True, timeout=120)
    assert refusal(own_keys, issued.token) == "key_revoked"


def test_a_file_put_in_place_of_another_is_read(keyring: Keyring, folder: Path) -> None:
    issued = keyring.create("a", [Scope.ASK])
    keyring.verify(issued.token)
    path = folder / "keys" / "keys.sqlite"
    other = folder / "other.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("VACUUM INTO ?", (str(other),))
    with sqlite3.connect(other) as db:
        db.execute("UPDATE keys SET revoked_at = created_at")
    db.close()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    other.replace(path)
    assert refusal(keyring, issued.token) == "key_revoked"


@pytest.mark.parametrize(
    "changed",
    [
        {"name": " "},
        {"name": "x" * 61},
        {"name": "a\nb"},
        {"scopes": []},
        {"days": -1},
        {"days": 10**6},
        {"per_minute": -1},
        {"per_day": -1},
    ],
)
def test_a_key_that_cannot_be_is_not_made(keyring: Keyring, changed: dict[str, object]) -> None:
    with pytest.raises(BadKey):
        keyring.create(**{"name": "a", "scopes": [Scope.ASK]} | changed)  # type: ignore[arg-type]
    assert keyring.file.keys() == ()


def test_a_rotation_that_cannot_be(keyring: Keyring) -> None:
    key = keyring.create("a", [Scope.ASK]).key.id
    for overlap in (timedelta(seconds=-1), timedelta(days=91)):
        with pytest.raises(BadKey):
            keyring.rotate(key, overlap=overlap)
    with pytest.raises(UnknownKey):
        keyring.rotate("abcdefgh01")


def test_without_keys_nothing_is_known_nor_made(keyring: Keyring, folder: Path) -> None:
    assert keyring.file.keys() == ()
    assert refusal(keyring, new_token("abcdefgh01")) == "key_invalid"
    with pytest.raises(UnknownKey):
        keyring.file.revoke("abcdefgh01")
    assert not (folder / "keys").exists()


def test_a_damaged_file_refuses_everything(keyring: Keyring, folder: Path) -> None:
    token = keyring.create("a", [Scope.ASK]).token
    keyring.file.close()
    for path in (folder / "keys").glob("keys.sqlite*"):
        path.write_bytes(b"x" * 4_096)
    with pytest.raises(KeysUnavailable) as refused:
        keyring.verify(token)
    assert token not in refused.value.message


def test_an_anonymous_caller_may_what_is_open() -> None:
    assert not Caller().may(Scope.ASK)
    assert Caller(anonymous=frozenset({Scope.ASK})).may(Scope.ASK)
    assert not Caller(anonymous=frozenset({Scope.ASK})).may(Scope.HELPDESK)


def test_a_pepper_that_is_lost_open_or_short_is_told(keyring: Keyring, folder: Path) -> None:
    token = keyring.create("a", [Scope.ASK]).token
    pepper = folder / "keys" / "pepper"
    for mode, content in ((0o604, b"x" * 64), (0o600, b"x" * 31)):
        pepper.write_bytes(content)
        pepper.chmod(mode)
        with pytest.raises(KeysUnavailable):
            open_keyring(folder).verify(token)
    pepper.unlink()
    with pytest.raises(KeysUnavailable):
        open_keyring(folder).verify(token)
    # A new pepper would make every key unknown without a word.
    with pytest.raises(KeysUnavailable):
        open_keyring(folder).create("b", [Scope.ASK])
    pepper.write_bytes(b"y" * 64)
    pepper.chmod(0o600)
    assert refusal(open_keyring(folder), token) == "key_invalid"
