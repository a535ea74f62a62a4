"""The manifest of sources: what it lets through, and what it says when it is malformed."""

from pathlib import Path

import pytest

from ingest.errors import ParseError
from ingest.manifest import https_host, load_manifest, read_manifest
from ingest.slugs import read_facts

CORPUS = Path(__file__).parents[2] / "corpus"
BLOCK = """[[source]]
id = "cnil"
publisher = "CNIL"
title = "Santé"
hosts = ["www.cnil.fr"]
start_urls = [
  "https://www.cnil.fr/fr/sante",
]
allow = ["/fr/"]
deny = ["/fr/recherche"]
licence = "à vérifier"
topics = ["dossier_medical"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_manifest_of_the_project_is_valid() -> None:
    topics = set(read_facts(CORPUS / "facts.txt").values())
    manifest, problems = read_manifest(CORPUS / "sources.toml", topics=topics)
    assert [str(problem) for problem in problems] == []
    assert len(manifest.sources) >= 30


@pytest.mark.parametrize(
    "host",
    [
        "messervices.cyber.gouv.fr",
        "cyber.gouv.fr",
        "cert.ssi.gouv.fr",
        "www.cybermalveillance.gouv.fr",
        "www.sesan.fr",
        "www.iledefrance.ars.sante.fr",
        "www.conseil-national.medecin.fr",
        "www.cnil.fr",
        "esante.gouv.fr",
        "cyberveille.esante.gouv.fr",
        "www.has-sante.fr",
        "www.service-public.fr",
        "www.legifrance.gouv.fr",
    ],
)
def test_every_publisher_that_was_asked_for_has_its_source(host: str) -> None:
    assert host in load_manifest(CORPUS / "sources.toml").hosts


def test_nobody_is_hurried_and_unseen_terms_are_said_to_be_so() -> None:
    for source in load_manifest(CORPUS / "sources.toml").sources:
        assert source.limits.min_delay_s >= 2
        assert source.licence.startswith("Licence Ouverte") or source.licence == "à vérifier"


def test_defaults_and_patterns(tmp_path: Path) -> None:
    manifest = load_manifest(write(tmp_path, BLOCK))
    source = manifest.source("cnil")
    assert source is not None
    assert manifest.source("anssi") is None
    assert (source.limits.max_pages, source.limits.max_depth, source.limits.min_delay_s) == (200, 2, 2.0)
    assert source.allows("https://www.cnil.fr/fr/sante#haut")
    assert not source.allows("https://www.cnil.fr/fr/recherche?q=a")
    assert not source.allows("https://www.cnil.fr/en/health")
    assert not source.allows("http://www.cnil.fr/fr/sante")
    assert not source.allows("https://cnil.fr/fr/sante")
    assert not source.allows("https://www.cnil.fr.exemple.fr/fr/sante")


@pytest.mark.parametrize(
    "url",
    [
        "http://www.cnil.fr/",
        "https://user@www.cnil.fr/",
        "https://www.cnil.fr:8443/",
        "https://www.cnil.fr./",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://localhost/",
        "https://www.cnil.fr\\@exemple.fr/",
        "https://WWW.cnil.fr/",
        "https://www.cnil .fr/",
        "//www.cnil.fr/",
        "javascript:alert(1)",
        "https://[",
        "",
    ],
)
def test_addresses_that_are_not_plain_https_have_no_host(url: str) -> None:
    assert https_host(url) is None


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('id = "cnil"', 'id = "CNIL Santé"', 2, ("mal formé", "minuscules")),
        ('publisher = "CNIL"\n', "", 1, ("« publisher » manquante", "ajoutez")),
        ('publisher = "CNIL"', 'publisher = ""', 3, ("vide",)),
        ('publisher = "CNIL"', "publisher = 3", 3, ("texte", "guillemets")),
        ('hosts = ["www.cnil.fr"]', 'hosts = ["https://www.cnil.fr/"]', 5, ("mal formé", "sans https://")),
        ('hosts = ["www.cnil.fr"]', 'hosts = ["*.cnil.fr"]', 5, ("mal formé",)),
        ('hosts = ["www.cnil.fr"]', 'hosts = ["127.0.0.1"]', 5, ("mal formé",)),
        ('hosts = ["www.cnil.fr"]', 'hosts = "www.cnil.fr"', 5, ("liste",)),
        ("https://www.cnil.fr/fr/sante", "http://www.cnil.fr/fr/sante", 7, ("refusée", "https://")),
        ("https://www.cnil.fr/fr/sante", "https://www.anssi.fr/fr/", 7, ("hôte de la source", "www.anssi.fr")),
        ("https://www.cnil.fr/fr/sante", "https://www.cnil.fr/en/", 7, ("exclue", "motifs")),
        ('allow = ["/fr/"]', 'allow = ["/fr/("]', 9, ("illisible", "corrigez")),
        ('allow = ["/fr/"]', 'allow = ["fr/", "/fr/"]', 9, ("sans « / »",)),
        ("licence =", "license =", 11, ("« license » inconnue", "« licence »")),
        ('topics = ["dossier_medical"]', 'topics = ["dossiers"]', 12, ("« dossiers » inconnu", "dossier_medical")),
        ('topics = ["dossier_medical"]', 'topics = ["dossier_medical", "dossier_medical"]', 12, ("deux fois",)),
        ('licence = "à vérifier"', 'licence = "à vérifier"\nmin_delay_s = 0.5', 12, ("hors limites", "2 à 3600")),
        ('licence = "à vérifier"', 'licence = "à vérifier"\nmax_pages = 5000', 12, ("hors limites", "1 à 2000")),
        ('licence = "à vérifier"', 'licence = "à vérifier"\nmax_depth = 1.5', 12, ("entier",)),
        ('licence = "à vérifier"', 'licence = "à vérifier"\npdf_share = 40', 12, ("hors limites", "0 à 1")),
        ('licence = "à vérifier"', 'licence = "à vérifier"\ncrawl = "non"', 12, ("ni true ni false",)),
        ('licence = "à vérifier"', 'licence = "à vérifier"\nformats = ["docx"]', 12, ("« docx » inconnu", "html")),
        ('licence = "à vérifier"', 'licence = "à vérifier"\nlicence_checked = "hier"', 12, ("AAAA-MM-JJ",)),
        ('title = "Santé"', 'title = "Santé', 4, ("TOML illisible", "guillemets")),
        ("[[source]]", "[[sources]]", 1, ("« sources » inattendu", "[[source]]")),
    ],
)
def test_a_broken_manifest_names_file_line_and_cure(
    tmp_path: Path, old: str, new: str, line: int, words: tuple[str, ...]
) -> None:
    assert old in BLOCK
    path = write(tmp_path, BLOCK.replace(old, new))
    with pytest.raises(ParseError):
        load_manifest(path, topics={"dossier_medical"})
    problems = [str(found) for found in read_manifest(path, topics={"dossier_medical"})[1]]
    matching = [found for found in problems if all(word in found for word in words)]
    assert matching, problems
    assert any(found.startswith(f"{path}:{line} : ") for found in matching), problems


def test_the_second_block_is_named_by_its_own_lines(tmp_path: Path) -> None:
    path = write(tmp_path, BLOCK + "\n" + BLOCK)
    with pytest.raises(ParseError, match="déjà pris à la ligne 1") as caught:
        load_manifest(path)
    assert caught.value.subject == f"{path}:15"


def test_a_missing_or_empty_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ParseError, match=r"absent\.toml:1"):
        load_manifest(tmp_path / "absent.toml")
    with pytest.raises(ParseError, match=r"aucun bloc \[\[source\]\]"):
        load_manifest(write(tmp_path, ""))


def test_malformed_fact_lists_name_the_line(tmp_path: Path) -> None:
    path = tmp_path / "facts.txt"
    for text, words in (
        ("# id topic\ncons-01\n", "facts.txt:2"),
        ("cons-01 conservation\ncons-01 conservation\n", "facts.txt:2"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ParseError, match=words):
            read_facts(path)
    with pytest.raises(ParseError, match="rétablissez"):
        read_facts(tmp_path / "absent.txt")
