"""``keys``: made and shown once, listed without their secret, renewed, revoked."""

import json
from pathlib import Path

import pytest

from bot.keys.keyring import Keyring
from bot.keys.store import KeyFile
from bot.keys.tokens import key_id
from bot.settings import Settings

from .conftest import Run


def made(run: Run, data: Path, *more: str) -> str:
    result = run("keys", "create", "GLPI", *more, data=data)
    assert result.code == 0, result.err
    return result.out.strip()


def test_a_key_is_alone_on_standard_output_and_works(run: Run, tmp_path: Path) -> None:
    token = made(run, tmp_path, "--scope", "ask", "--scope", "helpdesk", "--days", "30", "--per-day", "7")
    settings = Settings(data_dir=tmp_path)
    ring = Keyring(KeyFile(settings.keys_path), settings.pepper_path)
    key = ring.verify(token)
    assert (key.name, sorted(key.scopes), key.per_minute, key.per_day) == ("GLPI", ["ask", "helpdesk"], 120, 7)
    assert ring.verify(made(run, tmp_path)).scopes == {"ask", "search"}
    ring.file.close()


def test_the_secret_is_never_listed(run: Run, tmp_path: Path) -> None:
    token = made(run, tmp_path)
    for arguments in (("keys", "list"), ("keys", "list", "--json")):
        result = run(*arguments, data=tmp_path)
        assert result.code == 0
        assert key_id(token) in result.out
        assert token.split("_")[2] not in result.out + result.err


def states(run: Run, data: Path) -> list[str]:
    return [json.loads(line)["state"] for line in run("keys", "list", "--json", data=data).out.splitlines()]


def test_the_life_of_a_key(run: Run, tmp_path: Path) -> None:
    assert "0\u00a0clé" in run("keys", "list", data=tmp_path).out
    name = key_id(made(run, tmp_path)) or ""
    assert states(run, tmp_path) == ["active"]
    renewed = run("keys", "rotate", name, data=tmp_path)
    assert (renewed.code, key_id(renewed.out.strip())) == (0, name)
    assert "L’ancien secret reste valable 24\u00a0heures" in renewed.err
    assert states(run, tmp_path) == ["rotating"]
    assert run("keys", "rotate", name, "--overlap-hours", "0", data=tmp_path).code == 0
    assert states(run, tmp_path) == ["active"]
    assert "révoquée" in run("keys", "revoke", name, data=tmp_path).out
    assert "déjà" in run("keys", "revoke", name, data=tmp_path).out
    assert states(run, tmp_path) == ["revoked"]
    assert "révoquée" in run("keys", "list", data=tmp_path).out


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("create",), 2, "NOM"),
        (("create", " "), 1, "nom"),
        (("create", "a", "--scope", "tout"), 2, "--scope"),
        (("create", "a", "--days", "-1"), 1, "jours"),
        (("create", "a", "--per-day", "-1"), 2, "--per-day"),
        (("revoke", "abcdefgh01"), 1, "aucune clé"),
        (("rotate", "abcdefgh01"), 1, "aucune clé"),
    ],
)
def test_mistakes_are_told(run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, told: str) -> None:
    result = run("keys", *arguments, data=tmp_path)
    assert result.code == code
    assert told in result.err
    assert result.out == ""


def test_a_data_folder_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    result = run("keys", "create", "a", data=tmp_path / "absent")
    assert result.code == 1
    assert "dossier des données" in result.err
