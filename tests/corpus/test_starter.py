"""Acceptance of the starter corpus: coverage, form, and the dangerous wrong answers that it must never give."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.manifest import https_host, load_manifest
from ingest.markdown import parse_markdown
from ingest.model import BlockKind, SectionMeta
from ingest.slugs import AUDIENCES, EMERGENCIES, read_facts
from ingest.starter import check_starter

CORPUS = Path(__file__).parents[2] / "corpus"
FACTS = read_facts(CORPUS / "facts.txt")
MANIFEST = load_manifest(CORPUS / "sources.toml", topics=set(FACTS.values()))


@dataclass(frozen=True)
class Section:
    """A section of a digest, its text as plain lines; spaces are ordinary ones."""

    file: str
    topic: str
    heading: str
    publisher: str
    url: str
    audience: tuple[str, ...]
    meta: SectionMeta
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @property
    def sentences(self) -> list[str]:
        return [sentence for line in self.lines for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZÀÉÎÔ])", line)]


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def _sections() -> Iterator[Section]:
    for path in sorted((CORPUS / "starter").glob("*.md")):
        parsed = parse_markdown(path.read_text(encoding="utf-8"), name=str(path))
        heading, lines = None, list[str]()
        for block in [*parsed.blocks, None]:
            if block is None or (block.kind is BlockKind.HEADING and block.level == 2):
                if heading is not None:
                    assert heading.meta is not None, f"{path.name} : {heading.text}"
                    url = heading.meta.url or parsed.url
                    assert url is not None
                    yield Section(
                        file=path.name,
                        topic=parsed.attributes["topic"][0],
                        heading=_plain(heading.text),
                        publisher=parsed.publisher or "",
                        url=url,
                        audience=parsed.attributes["audience"],
                        meta=heading.meta,
                        lines=tuple(lines),
                    )
                heading, lines = block, []
            elif block.kind is not BlockKind.HEADING:
                lines.append(_plain(block.text))


SECTIONS = list(_sections())
SENTENCES = [(section, sentence) for section in SECTIONS for sentence in section.sentences]


@dataclass(frozen=True)
class Rule:
    """Sentences that match ``about`` must match ``allowed``, or they mislead; ``wrong`` ones prove that they would
    be caught. ``files``: which digests are concerned."""

    about: str
    allowed: str
    wrong: tuple[str, ...]
    files: str = ""

    def misled_by(self, sentence: str) -> bool:
        return bool(re.search(self.about, sentence)) and not re.search(self.allowed, sentence)


# Coverage and form


def test_every_fact_that_is_kept_is_carried() -> None:
    carried = {fact for section in SECTIONS for fact in section.meta.facts}
    assert sorted(set(FACTS) - carried) == []
    assert sorted(carried - set(FACTS)) == []


def test_the_checker_finds_nothing() -> None:
    problems = check_starter(CORPUS / "starter", facts=FACTS.keys(), hosts=MANIFEST.hosts, topics=set(FACTS.values()))
    assert [str(problem) for problem in problems] == []


def test_every_section_has_publisher_link_audience_facts_and_questions() -> None:
    assert len(SECTIONS) > 200
    for section in SECTIONS:
        assert section.publisher, section.file
        assert https_host(section.url) in MANIFEST.hosts, section.file
        assert set(section.audience) <= AUDIENCES, section.file
        assert 2 <= len(section.meta.questions) <= 40, section.heading
        assert section.meta.facts, section.heading


def test_publishers_are_written_one_way() -> None:
    known = {source.publisher for source in MANIFEST.sources}
    others = {
        "ANSSI / CERT-FR",
        "Agence du numérique en santé (ex-ASIP Santé)",
        "Assurance Maladie / ANS",
        "CNIL / Conseil d'État",
        "Collectif des GRADeS",
        "Commission européenne",
        "Cour de justice de l'Union européenne",
    }
    assert {section.publisher for section in SECTIONS} - known <= others


@pytest.mark.parametrize("emergency", sorted(EMERGENCIES))
def test_every_emergency_has_a_sheet_of_ordered_steps(emergency: str) -> None:
    sheet = [section for section in SECTIONS if section.file.startswith(f"urgence-{emergency}--")]
    headings = " ".join(section.heading for section in sheet).casefold()
    assert len(sheet) >= 3
    for part in ("dans l’ordre", "ne pas faire", "qui prévenir", "délai"):
        assert part in headings
    assert sheet[0].lines[0].startswith("1. ")
    assert "72 heures" in " ".join(section.text for section in sheet)


# Dangerous wrong answers: none of these may ever be said.

NOT = r"(?i)\b(?:ne|non|sans|jamais|pas|ni|aucune?)\b|\bn’"
NOTHING = "(?!)"
SUPPLIER = "(?:éditeur|hébergeur|sous-traitant|télésecrétariat|prestataire)"
RULES = {
    "nobody is told to switch off": Rule(
        r"[ÉéEe]tei(?:gn|nd|ns)|[Aa]rrêtez l’ordinateur",
        NOT,
        ("Éteignez l’ordinateur.", "Il faut éteindre le poste.", "Débranchez-le puis éteignez-le."),
    ),
    "restarting is for fake support only": Rule(
        r"[Rr]edémarr",
        r"fausse alerte|faux support|s’il semble bloqué|ne redémarrez pas",
        ("Redémarrez l’ordinateur touché par le rançongiciel.", "Il faut redémarrer le poste."),
    ),
    "nobody is told to pay": Rule(
        r"\b[Pp]a(?:yer|yez)\b|paiement",
        rf"{NOT}|[Aa]vant de payer|Si vous avez payé|[Ss]i un paiement|le paiement finance",
        ("Payez la rançon.", "Il vaut mieux payer pour récupérer les fichiers."),
    ),
    "nobody is told to plug the backup in": Rule(
        r"\b[Bb]ranch(?:er|ez|ée)",
        NOT,
        ("Branchez la sauvegarde pour récupérer les fichiers.", "La sauvegarde est à brancher aussitôt."),
        files="rancon|ransom|sauvegarde|clicked",
    ),
    "17Cyber is no phone line": Rule(
        r"17 ?Cyber[^.]*\b(?:numéro|téléphon|appel|compos)|\b(?:[Aa]ppel|[Cc]ompos|[Tt]éléphon)\w*[^.]*17 ?Cyber",
        r"et non|n’est pas|tandis que",
        ("Appelez le 17Cyber.", "Composez le 17 Cyber.", "Le 17Cyber est un numéro gratuit."),
    ),
    "no phone number stands in a digest": Rule(
        r"\b0\d(?: ?\d{2}){4}\b|\b0 ?8\d{2}(?: ?\d{3}){2}\b|\b3218\b",
        NOTHING,
        ("Le CERT Santé répond au 09 72 43 91 25.", "Appelez le 0 805 805 817.", "Le CERT-FR répond au 3218."),
    ),
    "the supplier does not notify instead of the practice": Rule(
        rf"{SUPPLIER}[^.]*\bnotifi(?:e|ent|er|era)\b|notification[^.]*\bpar (?:son|l’|votre|le) ?{SUPPLIER}",
        r"cabinet[^.]*notifie|au cabinet de notifier|Ne comptez pas|ne doit donc pas compter",
        ("L’éditeur notifie pour vous.", "La notification est faite par l’éditeur.", "Votre hébergeur le notifie."),
    ),
    "no theft does not mean no breach": Rule(
        r"(?i)\bpas (?:été |de )?vol[^.]*(?:pas|aucune) (?:de |une )?violation|n’est pas une violation",
        NOTHING,
        ("Rien n’a été volé, ce n’est pas une violation.", "Pas de vol, donc pas de violation."),
    ),
    "twenty years have an author": Rule(
        r"\b(?:20|[Vv]ingt) ans",
        r"Ordre|établissement|R\. 1112-7",
        ("La loi impose 20 ans aux libéraux.", "Le dossier se garde vingt ans."),
    ),
    "the record needs no GDPR consent": Rule(
        r"consentement[^.]*\bdossier|\bdossier[^.]*consentement",
        r"ne repose pas|n’a donc pas à|ne se confond pas|équipe de soins",
        ("Le consentement RGPD est nécessaire pour tenir un dossier.", "Le dossier exige un consentement signé."),
    ),
    "no consumer service is called acceptable": Rule(
        r"WhatsApp|Messenger|Telegram|\bSignal(?! Spam)\b|\bZoom\b|Skype|Dropbox|Google Drive|Gmail|bout en bout",
        rf"{NOT}|distingue",
        ("Signal convient car il est chiffré.", "Google Drive est acceptable.", "Le bout en bout suffit."),
    ),
    "a practice that keeps its data needs no HDS certificate": Rule(
        r"\b(?:cabinet|professionnel|médecin)s?\b[^.,;]*\bdoi(?:t|vent) être certifi",
        r"tiers|héberge",
        ("Tout cabinet doit être certifié HDS.",),
    ),
    "password lengths have an author": Rule(
        r"\b(?:8|12|14|16) (?:caractères|chiffres)",
        r"CNIL|page d’information|bits d’entropie",
        ("Un mot de passe compte 12 caractères.", "Il faut 14 caractères."),
    ),
    "the DPO rule is neither all nor none": Rule(
        r"(?:DPO|délégué à la protection)[^.]*(?:obligatoire|nécessaire|à désigner|tenu de|doit désigner)"
        r"|(?:doit|doivent) désigner[^.]*(?:DPO|délégué)|[Aa]ucun (?:libéral|professionnel)[^.]*(?:DPO|délégué)",
        r"grande échelle|maison de santé|seuil|individuel|le cas échéant|cas de",
        ("Tout cabinet de groupe doit désigner un DPO.", "Aucun libéral n’a besoin d’un DPO."),
    ),
    "sanctions are facts, not promises": Rule(
        r"\d (?:€|euros)|millions d’euros|emprisonnement",
        r"article|CNIL|Conseil d’État|RGPD|CaRE|chiffre d’affaires",
        ("Vous risquez 20 000 € d’amende.", "C’est un an d’emprisonnement."),
    ),
    "advice is not hardened": Rule(
        r"(?:ANSSI|Cybermalveillance\.gouv\.fr|Ordre des médecins) (?:impose|oblige|exige)|référentiel[^.]*obligatoire",
        r"n’est pas obligatoire",
        ("L’ANSSI impose un VPN.", "Le référentiel de la CNIL est obligatoire.", "L’Ordre des médecins exige 20 ans."),
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_no_sentence_of_the_corpus_misleads(name: str) -> None:
    rule = RULES[name]
    concerned = [(section, sentence) for section, sentence in SENTENCES if re.search(rule.files, section.file)]
    assert [f"{section.file} : {text}" for section, text in concerned if rule.misled_by(text)] == []


@pytest.mark.parametrize("name", RULES)
def test_a_misleading_sentence_would_be_caught(name: str) -> None:
    assert [sentence for sentence in RULES[name].wrong if not RULES[name].misled_by(sentence)] == []


def test_ransomware_and_fake_support_are_told_apart_wherever_restarting_is_spoken_of() -> None:
    for section in SECTIONS:
        if re.search("redémarr", section.text, re.IGNORECASE):
            assert re.search("faux support|fausse alerte", section.text.casefold()), section.heading
            assert "rançon" in section.text, section.heading


def test_reinstalling_comes_after_the_evidence() -> None:
    for section in SECTIONS:
        if re.search("réinstall|formater", section.text, re.IGNORECASE):
            assert re.search("preuves|avant toute réinstallation", section.text), section.heading


def test_the_on_call_service_of_cert_sante_has_its_reserve() -> None:
    found = [section for section in SECTIONS if "astreinte" in section.text]
    assert found
    for section in found:
        assert "établissements" in section.text
        assert "réservée" in section.text


def test_no_incident_statistic_of_private_practices() -> None:
    for section, sentence in SENTENCES:
        if re.search(r"\d ?%", sentence) and "incident" in sentence:
            assert "n’est pas une statistique propre aux cabinets libéraux" in section.text


def test_unavailable_data_are_a_breach_too() -> None:
    assert any("disponibilité" in section.text for section in SECTIONS if section.topic == "violation")


def test_the_two_72_hour_limits_are_never_one() -> None:
    for section in SECTIONS:
        if all(word in section.text for word in ("72 heures", "assurance", "CNIL")):
            assert re.search("distinct|ne se confond", section.text), f"{section.file} : {section.heading}"


def test_private_practices_hear_both_retention_benchmarks() -> None:
    section = next(found for found in SECTIONS if found.file == "conservation--cnil.md")
    for part in ("5 ans", "15 ans", "Ordre", "conseille", "20 ans"):
        assert part in section.text


def test_those_who_keep_their_own_data_hear_that_they_need_no_certificate() -> None:
    assert any("n’a pas besoin de la certification" in section.text for section in SECTIONS)


def test_digests_of_facts_not_read_at_their_source_say_so_in_each_section() -> None:
    """The RGPD apart: its articles, which the sections name, were read."""
    doubtful = {
        path.name
        for path in (CORPUS / "starter").glob("*.md")
        if "confidence: a-verifier" in path.read_text(encoding="utf-8")
    }
    for section in SECTIONS:
        if section.file in doubtful and section.publisher != "Union européenne":
            assert re.search("vérifi", section.text), f"{section.file} : {section.heading}"
        elif section.file in doubtful:
            assert re.search("RGPD|règlement général", section.text), f"{section.file} : {section.heading}"
