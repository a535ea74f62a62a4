"""The page masks what the server masks: both run on the same table, the page's modules under node."""

import json
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from stdnum import numdb

from bot import privacy_words
from bot.contacts import load_contacts
from bot.identifiers import IBAN_LENGTHS
from bot.privacy import mask
from bot.privacy_hosts import OFFICIAL_DOMAINS
from bot.service import CORPUS
from evals.emergency_weights import incidents, ordinary

from .test_privacy import nir, spaced

MASKING = Path(__file__).parents[2] / "bot" / "static" / "masking.js"
CLEAN = (Path(__file__).parent / "privacy_clean.txt").read_text(encoding="utf-8").splitlines()
PHONES = load_contacts(CORPUS / "contacts.toml").phones
NODE = shutil.which("node")
PIECES = (
    *(
        "Mme ",
        "M. ",
        "mme ",
        "MME ",
        "Dr ",
        "patient ",
        "Patiente ",
        "Dupont",
        "DE LA TOUR",
        "d’Estaing",
        "Lê",
        "Le ",
        "Durand-Martin ",
        " Durand",
        "durand ",
        "Paul ",
        " et son fils ",
        "El ",
        "Marie",
    ),
    *(
        "née le ",
        "né ",
        "ddn ",
        "12/03/1985",
        "3 mars 85",
        "1985-03-12",
        " ",
        "\u00a0",
        "\u202f",
        ", ",
        ". ",
        "-",
        "O",
        "o",
    ),
    *("06 12 34 56 78", "+33", "0033 1", "O6", "0 805 805 817", "2061275111005", "64", "1 85 02 2A 006 084", "sécu "),
    *(
        "FR76 3000 6000 0112 3456 7890 189",
        "4242 4242 4242 4242",
        "3782 822463 10005",
        "6759649826438453",
        "carte ",
        "SIRET ",
        "0810 12 34 56",
        "fr76",
        "RPPS ",
        "10003456789",
        "jean@x.fr",
        " @ ",
        "PEUT-ELLE",
        "’",
        "(",
        ")",
    ),
    *("é", "Œ", "ß", "\U0001f600", "１", "[nom masqué]", "\u0301", "İ", "ſ", "\u212a"),
    *(
        "1 85 05 78 006 084",
        " clé 91",
        "(clé : 91)",
        "cle ",
        "fr 14 2004 1010 0505 0001 3m02 606",
        "ADELI ",
        "751234567",
    ),
    *(
        "20041 01005 0500013M026 06",
        "RIB ",
        "10.0.22631.3007",
        "dpo@cnil.fr",
        "jean.dupont@ssi.gouv.fr",
        "\u200b",
        "\u00ad",
    ),
    *(
        "Jean DUPONT",
        "KOUADIO Aya",
        "jean dupont ",
        "patient : ",
        "je m’appelle ",
        "Nom : ",
        "je suis ",
        "12/03/2024",
        "(2 ans)",
    ),
    *("Windows Server ", "Voici ", "Loi ", "٠٦", "\U0001d7d9", "²", "ﬁ", "54 ans ", "12.03.54", "31/31/1985"),
)

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")


def in_the_page(program: str, given: object) -> object:
    """What a program that imports the page's masking gives back."""
    assert NODE is not None
    whole = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ PUBLIC_PHONES, mask, maskNotice }} from "{MASKING.as_uri()}";
        const took = (piece) => [1_000, 1_000, 20_000].map((size) => {{
            const text = piece.repeat(size).slice(0, size);
            const begun = process.cpuUsage().user;
            mask(text);
            return (process.cpuUsage().user - begun) / 1_000;
        }}).slice(1);
        const given = JSON.parse(readFileSync(0, "utf8"));
        process.stdout.write(JSON.stringify({program}));
    """
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", whole],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def table() -> list[str]:
    """Clean questions, panic, identifiers in many dresses, and pieces thrown together."""
    choose = random.Random(20261125)
    numbers = [nir(f"{choose.choice('12')}{choose.randrange(100):02d}0575{i:03d}{i:03d}") for i in range(1, 60)]
    dressed = [spaced(number, choose.choice([" ", "", ".", "-", "\u00a0"])) for number in numbers]
    thrown = ["".join(choose.choices(PIECES, k=choose.randint(1, 9))) for _ in range(5_000)]
    return [*CLEAN, *ordinary(), *(text for _, text in incidents()), *dressed, *thrown]


def test_page_and_server_mask_alike() -> None:
    texts = table()
    shown = in_the_page("given.map((text) => mask(text))", texts)
    assert isinstance(shown, list)
    differing = [
        (text, ours, theirs)
        for text, theirs in zip(texts, shown, strict=True)
        for ours in [mask(text, PHONES)]
        if (ours.text, list(ours.found)) != (theirs["text"], theirs["found"])
    ]
    assert differing == []
    assert sum(bool(one["found"]) for one in shown) > 500


def test_the_page_knows_the_public_lines() -> None:
    assert in_the_page("[...PUBLIC_PHONES].sort()", None) == sorted(PHONES)


def test_the_notice_names_kinds_in_french_and_no_value() -> None:
    kinds = ["email", "iban", "nir", "phone", "rpps", "name", "birth_date"]
    notice = in_the_page("maskNotice(given)", kinds)
    assert isinstance(notice, dict)
    assert notice["code"] == "personal_data_masked"
    assert "undefined" not in notice["text"]
    assert "avant l’envoi" in notice["text"]
    assert notice["text"].count(",") >= len(kinds) - 1
    named = "un numéro de téléphone, un numéro RPPS ou ADELI, le nom d’une personne et une date de naissance"
    assert named in notice["text"]


def test_modules_of_the_page_hold_no_lookbehind() -> None:
    # Browsers of 2022 refuse the whole module: there would be no page at all.
    assert {"masking.js", "identifiers.js", "persons.js", "stated-names.js", "births.js"} <= modules()
    for name in modules():
        assert "(?<" not in MASKING.with_name(name).read_text(encoding="utf-8"), name


def modules() -> set[str]:
    """The modules that the page's masking is made of."""
    found, waiting = set(), ["masking.js"]
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting += (
            set(re.findall(r'from "\./([\w-]+\.js)"', MASKING.with_name(name).read_text(encoding="utf-8"))) - found
        )
    return found


WORDS = ("GIVEN_NAMES", "ORDINARY_GIVEN", "NOT_NAMES", "OF_THINGS", "NAMED_AFTER", "PARTICLES", "ORDINARY")


@pytest.mark.parametrize("name", WORDS)
def test_the_page_knows_the_same_words(name: str) -> None:
    assert in_the_page(
        f'[...(await import("{MASKING.with_name("name-words.js").as_uri()}")).{name}].sort()', None
    ) == sorted(getattr(privacy_words, name))


def test_the_page_knows_the_official_domains() -> None:
    path = MASKING.with_name("official-domains.js").as_uri()
    assert in_the_page(f'(await import("{path}")).OFFICIAL_DOMAINS.sort()', None) == sorted(OFFICIAL_DOMAINS)


def test_the_page_too_masks_long_texts_in_their_share_of_time() -> None:
    hostile = ["A", "FR76", "2O", "1 ", "Jean DUPONT, 12-03-1954 ", "patient : Jean Dupont ", "e\u0301", "１", "Dr Le "]
    took = in_the_page("given.map((piece) => took(piece))", hostile)
    assert isinstance(took, list)
    for piece, (short, long) in zip(hostile, took, strict=True):
        assert long < 100 * max(short, 2.0), (piece, short, long)


def test_the_lengths_of_ibans_are_the_published_ones() -> None:
    register = numdb.get("iban")
    for country, length in IBAN_LENGTHS.items():
        form = dict(register.info(country)[0][1])["bban"]
        assert 4 + sum(map(int, re.findall(r"(\d+)!", form))) == length, country
