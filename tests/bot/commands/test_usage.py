"""Help and wrong command lines, in French."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
COMMANDS = ("ask", "search", "serve", "add", "documents", "show", "remove", "index", "crawl", "sources", "doctor")


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_help_lists_the_commands(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.code, result.err) == (0, "")
    assert all(command in result.out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_in_french(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.code == 0
    assert "Montre cette aide." in result.out
    for english in ("Show this message", "required", "default:", "Commands", "Arguments:"):
        assert english not in result.out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("ask",), "il manque l’argument « QUESTION »"),
        (("add",), "il manque l’argument « FICHIER... »"),
        (("show",), "il manque l’argument « IDENTIFIANT »"),
        (("aks", "x"), "commande inconnue"),
        (("ask", "x", "--vite"), "option inconnue : --vite"),
        (("ask", "x", "--max-citations", "9"), "valeur incorrecte pour --max-citations"),
        (("ask", "x", "--max-citations"), "ligne de commande incorrecte"),
        (("search", "x", "-k", "abc"), "valeur incorrecte pour -k"),
        (("search", "x", "--mode", "magie"), "valeur incorrecte pour --mode"),
        (("serve", "--port", "99999"), "valeur incorrecte pour --port"),
        (("doctor", "x"), "ligne de commande incorrecte"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_code_2(run: Run, arguments: tuple[str, ...], reason: str) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (2, "")
    # Typer does not say which command an option without its value belongs to.
    unplaced = reason == "commande inconnue" or arguments[-1] == "--max-citations"
    command = "cybervigie" if unplaced else f"cybervigie {arguments[0]}"
    assert result.err == f"cybervigie : {reason} ; l’aide : {command} --help\n"


def test_a_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERVIGIE_PORT", "beaucoup")
    monkeypatch.setenv("CYBERVIGIE_REGION", "ÎdF")
    result = run("documents")
    assert result.code == 2
    assert "CYBERVIGIE_PORT" in result.err
    assert "CYBERVIGIE_REGION" in result.err
    assert "beaucoup" not in result.err


def test_an_interruption_says_that_nothing_is_lost(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.commands.documents.settings_from", interrupted)
    result = run("documents")
    assert result.code == 130
    assert "rien n’est perdu" in result.err
