"""``cybervigie widget`` and what ``serve`` refuses, as their users see them."""

import socket
from pathlib import Path

import pytest

from bot.widget.loader import current
from tests.bot.widget.sites_files import OPERATOR, SITE, write

from .conftest import Run


def test_a_good_file(run: Run, tmp_path: Path) -> None:
    result = run("widget", "check", "--sites", write(tmp_path))
    assert result.code == 0
    assert "portail" in result.out
    assert current().name in result.out


def test_mistakes_and_blanks_are_told_together(run: Run, tmp_path: Path) -> None:
    operator = OPERATOR.replace('"dpo@agence.example"', '""')
    site = SITE + 'colour = "#ffcc00"\npublishers = ["CNlL"]\n'
    result = run("widget", "check", "--sites", write(tmp_path, site, operator=operator))
    assert result.code == 1
    assert "1,32 pour 1" in result.err
    assert "dpo_contact" in result.err
    assert "« CNlL » n’est pas un éditeur officiel connu" in result.err
    assert "2\u00a0points à corriger" in result.err


@pytest.mark.parametrize("content", [None, OPERATOR + '[[site]]\nid = "portail\n'])
def test_a_file_that_is_absent_or_no_toml_is_one_point(run: Run, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "sites.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    result = run("widget", "check", "--sites", path)
    assert result.code == 1
    assert "il manque" not in result.err
    assert len(result.err.splitlines()) == 2
    assert "illisible" in result.err.splitlines()[0]
    assert "1\u00a0point à corriger" in result.err


def test_without_a_file(run: Run) -> None:
    result = run("widget", "check")
    assert result.code == 2
    assert "CYBERVIGIE_SITES" in result.err


def test_the_snippet_of_a_site(run: Run, tmp_path: Path) -> None:
    result = run("widget", "snippet", "portail", "--sites", write(tmp_path, SITE + 'title = "L’<assistant>"\n'))
    assert result.code == 0
    tag = result.out.splitlines()[0]
    assert tag.startswith(f'<script src="https://assistant.agence.example/widget/{current().name}"')
    assert f'integrity="{current().integrity}" crossorigin="anonymous" data-site="portail"' in tag
    assert 'data-title="L’&lt;assistant&gt;"' in tag
    assert "script-src https://assistant.agence.example;" in result.out
    assert "frame-src https://assistant.agence.example;" in result.out
    assert "frame-ancestors 'self' https://www.agence.example" in result.out
    elsewhere = run("widget", "snippet", "demo", "--url", "http://127.0.0.1:8000/chemin/")
    assert 'src="http://127.0.0.1:8000/chemin/widget/v1.' in elsewhere.out
    assert "script-src http://127.0.0.1:8000;" in elsewhere.out


def test_an_unknown_site_and_an_unknown_address(run: Run, tmp_path: Path) -> None:
    result = run("widget", "snippet", "autre", "--sites", write(tmp_path))
    assert result.code == 1
    assert "sites connus : portail" in result.err
    assert run("widget", "snippet", "demo").code == 2


def test_serve_refuses_while_the_operator_has_blanks(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    operator = OPERATOR.replace('"mission-interet-public"', '""').replace('"contact@agence.example"', '"…"')
    monkeypatch.setenv("CYBERVIGIE_SITES", str(write(tmp_path, operator=operator)))
    result = run("serve", "--port", "0", data=tmp_path)
    assert result.code == 1
    assert "ne peut pas être proposé au public" in result.err
    assert [line.split()[1] for line in result.err.splitlines() if line.startswith("- ")] == ["contact", "legal_basis"]


def test_serve_refuses_a_faulty_file_and_a_service_that_asks_for_keys(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYBERVIGIE_SITES", str(write(tmp_path, SITE + "x = 1\n")))
    assert "sites.toml:21" in run("serve", "--port", "0", data=tmp_path).err
    write(tmp_path)
    monkeypatch.setenv("CYBERVIGIE_ANONYMOUS", "false")
    result = run("serve", "--port", "0", data=tmp_path)
    assert result.code == 2
    assert "CYBERVIGIE_ANONYMOUS" in result.err


def test_publishers_that_the_index_does_not_hold_are_told(
    run: Run, tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYBERVIGIE_DATA_DIR", str(data_dir))
    partly = SITE + 'publishers = ["CNIL", "Éditeur parti"]\n'
    wholly = '[[site]]\nid = "autre"\norigins = ["https://autre.example"]\npublishers = ["Éditeur parti"]\n'
    result = run("widget", "check", "--sites", write(tmp_path, partly, wholly))
    assert result.code == 0
    told = [line for line in result.err.splitlines() if "absent de l’index" in line]
    assert len(told) == 2
    assert "site portail" in told[0]
    assert "CNIL" not in told[0]
    assert "ils ne répondront pas" in told[0]
    assert "tous les éditeurs répondront" in told[1]


@pytest.mark.parametrize(("host", "warned"), [("0.0.0.0", True), ("127.0.0.1", False), ("localhost", False)])
def test_serve_says_that_nobody_answers_for_a_page_open_to_the_network(
    run: Run, tmp_path: Path, host: str, warned: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("serve", "--host", host, "--port", str(taken.getsockname()[1]), data=tmp_path)
    assert result.code == 1
    assert ("sans exploitant ni notice d’information" in result.err) == warned
