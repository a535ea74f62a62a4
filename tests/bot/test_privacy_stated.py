"""Names without a title, told by a date of birth or by who introduces them; dates that are no birth."""

from datetime import date

import pytest

from bot.privacy import Masked, mask

YEAR = date.today().year


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Jean Dupont (12/03/1954)", "[nom masqué] ([date masquée])"),
        ("Jean DUPONT, 12-03-1954", "[nom masqué], [date masquée]"),
        ("DUPONT Jean né 12.03.54", "[nom masqué] né [date masquée]"),
        ("DUPONT Jean 12/03/1954", "[nom masqué] [date masquée]"),
        ("le dossier de Fatou DIOP, 12.03.1987", "le dossier de [nom masqué], [date masquée]"),
        ("Résultats de BELKACEM Yanis (02.09.2011)", "Résultats de [nom masqué] ([date masquée])"),
        (
            "les résultats de Yanis Belkacem, 02/09/2011, à un autre",
            "les résultats de [nom masqué], [date masquée], à un autre",
        ),
        ("Jean-Pierre Martin 12/03/54 est là", "[nom masqué] [date masquée] est là"),
        ("Marie-Claire d'Estaing, 8 juillet 1951", "[nom masqué], [date masquée]"),
        ("Jean de la Fontaine (08/07/1951)", "[nom masqué] ([date masquée])"),
        ("Ouassila Brahimi (12/03/1954)", "[nom masqué] ([date masquée])"),
        ("Voici Sophie Morel (12/03/1954)", "Voici [nom masqué] ([date masquée])"),
        ("12/03/1954 DUPONT Jean", "[date masquée] [nom masqué]"),
        ("jean dupont 12/03/1954", "[nom masqué] [date masquée]"),
        (f"Lucas Martin (12/03/{YEAR - 4})", "[nom masqué] ([date masquée])"),
        ("Jean Dupont (12/03/1954) : M. Dupont", "[nom masqué] ([date masquée]) : M. [nom masqué]"),
    ],
)
def test_a_name_beside_a_date_of_birth_is_masked(text: str, masked: str) -> None:
    assert mask(text) == Masked(masked, ("name", "birth_date"))


@pytest.mark.parametrize(
    "text",
    [
        "Windows Server 10/10/2025",
        "Windows Server, 12/03/2009",
        "Microsoft Exchange 08/03/2001",
        "Le guide Hygiène Informatique (12/09/2007)",
        "Directive Européenne (24/10/1995)",
        "Loi Informatique et Libertés, 06/01/1978",
        "arrêt Bettencourt Schueller, 12/03/2003",
        "clinique Jean Villar (12/03/1985)",
        "hôpital Saint Louis, 12/03/1985",
        "rue Jean Jaurès 12/03/1985",
        "Journal Officiel, 12/03/1994",
        f"Jean Dupont, 15/12/{YEAR + 1} à 10h",
        f"rendez-vous Sophie Morel 02/03/{YEAR}",
        "Jean Dupont 31/31/1954",
        "Jean Dupont, 12/03/1754",
    ],
)
def test_dates_of_things_and_of_appointments_are_left(text: str) -> None:
    assert mask(text) == Masked(text, ())


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("patient : KOUADIO Aya", "patient : [nom masqué]"),
        ("patiente: Aya Kouadio", "patiente: [nom masqué]"),
        ("Patient : Ouassila Brahimi, que faire ?", "Patient : [nom masqué], que faire ?"),
        ("patient : jean dupont", "patient : [nom masqué]"),
        ("Patient : Brahimi, 54 ans", "Patient : [nom masqué], 54 ans"),
        ("Nom : Dubreuil Prénom : Nathalie", "Nom : [nom masqué] Prénom : [nom masqué]"),
        ("je m'appelle Sophie Morel", "je m'appelle [nom masqué]"),
        ("Je m’appelle sophie morel et je suis kiné", "Je m’appelle [nom masqué] et je suis kiné"),
        ("je m'appelle ousmane", "je m'appelle [nom masqué]"),
        ("Mon nom est Nguyen Thi", "Mon nom est [nom masqué]"),
        ("ma patiente s’appelle Aminata Diallo", "ma patiente s’appelle [nom masqué]"),
        ("Bonjour, je suis Nathalie Dubreuil, infirmière", "Bonjour, je suis [nom masqué], infirmière"),
        ("Cordialement, Sophie Morel", "Cordialement, [nom masqué]"),
        ("Dr. House", "Dr. [nom masqué]"),
        ("Dr House et Pr. Nguyen", "Dr [nom masqué] et Pr. [nom masqué]"),
    ],
)
def test_an_introduced_name_is_masked(text: str, masked: str) -> None:
    assert mask(text) == Masked(masked, ("name",))


@pytest.mark.parametrize(
    "text",
    [
        "Le support de mon logiciel m'appelle souvent",
        "le logiciel s'appelle Medistory",
        "Je suis Médecin généraliste",
        "Le résultat de Mme D. a été envoyé à son voisin",
        "Je suis Victime d'une fraude",
        "C'est Noël, que faire ?",
        "Droits du patient : Que dit la loi ?",
        "Information du patient : Affichage obligatoire ?",
        "Consentement patient : Formulaire Signé ?",
        "Espace patient : Mot De Passe oublié",
        "Un fichier patients Excel est-il autorisé ?",
        "Nom : Obligatoire ou non ?",
        "nom de domaine : Gandi ou OVH ?",
    ],
)
def test_what_introduces_no_person_is_left(text: str) -> None:
    assert mask(text) == Masked(text, ())


@pytest.mark.parametrize(
    "text",
    [
        f"Mme Martin a téléphoné le 12/03/{YEAR - 2}",
        f"M. Martin, vu le 03/02/{YEAR - 6}, veut son dossier",
        f"Mme Petit, 3 mars {YEAR - 5}, consultation",
        f"Le 12/03/{YEAR - 1}, Mme Martin a appelé",
        f"M. Martin 54 ans vu le 12/03/{YEAR - 2}",
    ],
)
def test_a_recent_date_beside_a_grown_person_is_no_birth(text: str) -> None:
    assert mask(text).found == ("name",)


@pytest.mark.parametrize(
    "text",
    [
        f"Mme Martin, née le 12/03/{YEAR - 2}",
        f"le patient Martin 12/03/{YEAR - 1}, 1 an",
        f"patient Martin, 20 mois, 12/03/{YEAR - 1}",
        f"la patiente Martin ({YEAR - 4}-03-12)",
        "Mme Martin, dossier du 12/03/1954",
    ],
)
def test_a_date_that_can_be_a_birth_is_masked(text: str) -> None:
    assert mask(text).found == ("name", "birth_date")
