"""``cybervigie sources``: what it lists, and what it says when a file of the corpus is to be mended."""

import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.commands.sources import CORPUS, check_corpus, sources

from .small_site import MANIFEST, write_manifest

APP = typer.Typer()
APP.command()(sources)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CORPUS, tmp_path / "corpus", ignore=shutil.ignore_patterns("__pycache__")))


def test_lists_the_sources() -> None:
    result = CliRunner().invoke(APP, [], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    for word in ("anssi-messervices", "www.cnil.fr", "à vérifier", "Licence Ouverte"):
        assert word in result.output


def test_the_corpus_of_the_project_passes() -> None:
    result = CliRunner().invoke(APP, ["--check"])
    assert (result.exit_code, "rien à corriger" in result.output) == (0, True), result.output


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("sources.toml", 'id = "cert-sante"', 'id = "Cert Santé"', "minuscules"),
        ("sources.toml", 'id = "cnom"', 'id = "cnom', "TOML illisible"),
        ("contacts.toml", "confirmed = true", "confirmed = 1", "ni true ni false"),
        ("facts.txt", "dm-01 dossier_medical", "dm-01", "ligne illisible"),
        ("facts.txt", "dm-01 dossier_medical", "dm-00 dossier_medical", "« dm-01 » n’existe pas"),
        ("vocabulary/acronyms.csv", "VPN,réseau privé virtuel,,,long", "VPN,réseau privé virtuel,long", "colonnes"),
        ("starter/wifi--anssi.md", "topic: wifi", "topic: reseau", "« reseau » inconnu"),
    ],
)
def test_a_file_to_mend_is_named_with_its_line(folder: Path, file: str, old: str, new: str, words: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = CliRunner().invoke(APP, ["--check", "--folder", str(folder)])
    assert result.exit_code == 1
    assert words in result.output
    assert any(problem.line > 0 and str(problem.file).startswith(str(folder)) for problem in check_corpus(folder))


def test_a_broken_manifest_is_said_below_the_list(folder: Path) -> None:
    path = folder / "sources.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("max_pages = 400", "max_pages = 4000"), encoding="utf-8")
    result = CliRunner().invoke(APP, ["--folder", str(folder)])
    assert result.exit_code == 1
    assert "--check" in result.output


def test_the_manifest_in_use_is_the_one_of_the_settings(tmp_path: Path) -> None:
    environment = {"COLUMNS": "200", "CYBERVIGIE_SOURCES": str(write_manifest(tmp_path))}
    listed = CliRunner().invoke(APP, [], env=environment)
    assert listed.exit_code == 0
    assert "2 sources officielles" in listed.output
    assert "www.agence.example" in listed.output
    assert CliRunner().invoke(APP, ["--check"], env=environment).exit_code == 0
    write_manifest(tmp_path, MANIFEST.replace('"sauvegardes"', '"inconnu"'))
    checked = CliRunner().invoke(APP, ["--check"], env=environment)
    assert checked.exit_code == 1
    assert str(tmp_path) in checked.output
