"""The file of sites: what is read, each mistake at its line, the blanks that forbid a public service."""

from pathlib import Path

import pytest

from bot.widget.colours import LIGHT, TEXT, worst
from bot.widget.errors import OperatorBlank, SitesUnreadable
from bot.widget.sites import OPERATOR_FIELDS, load_sites, read_sites

from .sites_files import OPERATOR, SITE, write

ROOT = Path(__file__).parents[3]


def test_a_whole_file(tmp_path: Path) -> None:
    extra = (
        'title = "Cyber"\nposition = "bottom-left"\naudience = "infirmier"\npublishers = ["CNIL"]\ncolour = "#7A1F5C"\n'
    )
    sites = load_sites(write(tmp_path, SITE + extra, SITE.replace("portail", "autre")))
    assert [site.id for site in sites.sites] == ["portail", "autre"]
    site = sites.site("portail")
    assert site is not None
    assert (site.title, site.position, site.publishers, site.colour) == ("Cyber", "bottom-left", ("CNIL",), "#7a1f5c")
    assert site.origins == ("https://www.agence.example",)
    assert sites.operator is not None
    assert sites.operator.dpo_contact == "dpo@agence.example"
    assert sites.site("inconnu") is None


@pytest.mark.parametrize("field", OPERATOR_FIELDS)
@pytest.mark.parametrize("blank", ["", "   ", "…", "À compléter", "TODO : demander", "xxx", None])
def test_a_blank_field_of_the_operator_forbids_a_public_service(tmp_path: Path, field: str, blank: str | None) -> None:
    lines = [line for line in OPERATOR.splitlines() if not line.startswith(f"{field} =")]
    if blank is not None:
        lines.append(f'{field} = "{blank}"')
    with pytest.raises(OperatorBlank) as raised:
        load_sites(write(tmp_path, operator="\n".join(lines) + "\n"))
    assert [said.split()[0] for said in raised.value.blanks] == [field]
    assert field in raised.value.message


def test_without_an_operator_everything_is_blank(tmp_path: Path) -> None:
    with pytest.raises(OperatorBlank) as raised:
        load_sites(write(tmp_path, operator=""))
    assert len(raised.value.blanks) == len(OPERATOR_FIELDS)


@pytest.mark.parametrize(
    ("origin"),
    [
        "http://www.agence.example",
        "https://*.agence.example",
        "https://www.agence.example/",
        "https://www.agence.example/page",
        "https://WWW.agence.example",
        "https://www.agence.example:443x",
        "https://user@agence.example",
        "*",
        "null",
        "'self'",
        "https://a.example; script-src *",
        "https://a.example https://b.example",
        "http://localhost:*",
    ],
)
def test_an_origin_is_exact(tmp_path: Path, origin: str) -> None:
    _, problems, _ = read_sites(write(tmp_path, f'\n[[site]]\nid = "a"\norigins = [\n  "{origin}",\n]\n'))
    (problem,) = problems
    assert f"« {origin} »" in problem.message
    assert problem.line == 1 + (OPERATOR + '\n[[site]]\nid = "a"\norigins = [\n').count("\n")


@pytest.mark.parametrize(
    "origin", ["https://a.example", "https://a.example:8443", "http://localhost:8080", "http://127.0.0.1"]
)
def test_origins_that_pass(tmp_path: Path, origin: str) -> None:
    assert load_sites(write(tmp_path, f'\n[[site]]\nid = "a"\norigins = ["{origin}"]\n')).sites[0].origins == (origin,)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('position = "top"', "inconnu dans « position »"),
        ('audience = "patient"', "inconnu dans « audience »"),
        ('title = ""', "« title » est vide"),
        (f'title = "{"a" * 61}"', "trop long"),
        ('greeting = "a\\u202eb"', "illisible"),
        ('privacy_url = "javascript:alert(1)"', "refusée"),
        ('privacy_url = "https://a.example/\\" onclick="', "refusée"),
        ('colour = "red"', "mal formée"),
        ('colour = "#ffcc00"', "1,32 pour 1"),
        ('colour_dark = "#111111"', "manque de contraste sur écran sombre"),
        ('titre = "x"', "clé « titre » inconnue"),
        ("publishers = [1]", "n’est pas une liste de textes"),
        ('id = "portail"', "TOML illisible"),
    ],
)
def test_a_mistake_is_told_at_its_line(tmp_path: Path, line: str, said: str) -> None:
    path = write(tmp_path, SITE + line + "\n")
    _, problems, _ = read_sites(path)
    assert len(problems) == 1
    assert said in str(problems[0])
    assert problems[0].line == path.read_text(encoding="utf-8").count("\n")
    with pytest.raises(SitesUnreadable, match="à corriger"):
        load_sites(path)


def test_a_refused_colour_comes_with_one_that_passes(tmp_path: Path) -> None:
    _, (problem,), _ = read_sites(write(tmp_path, SITE + 'colour = "#ff8800"\n'))
    proposed = problem.cure.split()[-1]
    assert worst(proposed, LIGHT)[0] >= TEXT


def test_the_same_site_twice_and_the_name_of_the_demo(tmp_path: Path) -> None:
    _, problems, _ = read_sites(write(tmp_path, SITE, SITE, SITE.replace("portail", "demo")))
    assert ["déjà donné" in str(problem) for problem in problems] == [True, False]
    assert "essais" in problems[1].message


@pytest.mark.parametrize("content", ["", "site = 3\n", "[[site]]\n[operator", "[autre]\na = 1\n", "operator = 1\n"])
def test_a_file_that_is_something_else(tmp_path: Path, content: str) -> None:
    path = tmp_path / "sites.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SitesUnreadable):
        load_sites(path)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", OPERATOR.encode() + b"[[site\n"])
def test_of_a_file_that_cannot_be_read_nothing_else_is_told(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "sites.toml"
    if content is not None:
        path.write_bytes(content)
    sites, problems, blanks = read_sites(path)
    assert (sites.operator, sites.sites, blanks) == (None, (), [])
    assert len(problems) == 1
    assert "illisible" in problems[0].message


def test_an_absent_or_binary_file(tmp_path: Path) -> None:
    with pytest.raises(SitesUnreadable, match="illisible"):
        load_sites(tmp_path / "absent.toml")
    (tmp_path / "sites.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SitesUnreadable, match="UTF-8"):
        load_sites(tmp_path / "sites.toml")


def test_the_template_of_the_docs_has_every_field_and_all_are_blank() -> None:
    sites, problems, blanks = read_sites(ROOT / "docs" / "sites.exemple.toml")
    assert problems == []
    assert len(blanks) == len(OPERATOR_FIELDS)
    assert sites.sites
