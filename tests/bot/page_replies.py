"""Canned replies of the service, in every status, for the tests of the chat page."""

from typing import Any

EUR_LEX = "https://eur-lex.europa.eu/legal-content/FR/TXT/?uri=CELEX:32016R0679"
GUIDE = "https://www.cnil.fr/sites/default/files/atoms/files/guide.pdf"
HOSTS = ("17cyber.gouv.fr", "eur-lex.europa.eu", "www.cnil.fr", "www.cybermalveillance.gouv.fr")


def citation(marker: int, quote: str, **changes: Any) -> dict[str, Any]:
    """An official citation of article 33 of the GDPR, with changes."""
    return {
        "marker": marker,
        "quote": quote,
        "publisher": "Union européenne",
        "title": "Règlement (UE) 2016/679 (RGPD)",
        "url": EUR_LEX,
        "deep_link": f"{EUR_LEX}#art_33",
        "section": "Article 33",
        "page": None,
        "page_label": None,
        "document_date": "2016-04-27",
        "retrieved_at": "2026-10-12T08:00:00Z",
        "document_id": "d1",
        "passage_id": "p1",
        "start": 0,
        "end": len(quote),
        "kind": "official",
        "media_type": "text/html",
        "force": None,
        "reserve": "",
    } | changes


def contact(name: str, **changes: Any) -> dict[str, Any]:
    """An online contact, with changes."""
    return {
        "id": "c",
        "name": name,
        "for_whom": "Toute victime.",
        "phone": "",
        "url": "https://17cyber.gouv.fr/",
        "hours": "",
        "cost": "",
        "note": "",
        "reserve": "",
    } | changes


def body(status: str, answer: str, *citations: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The JSON of an answer."""
    return {
        "id": "0123456789abcdef0123456789abcdef",
        "status": status,
        "reason": None,
        "answer": answer,
        "citations": list(citations),
        "confidence": 0.8,
        "notices": [],
        "contacts": [],
        "suggestions": [],
        "related": [],
        "index": {"generation": "g1", "built_at": "2026-11-03T06:00:00Z"},
        "generated": False,
        "timings_ms": {},
    } | changes


RGPD_QUOTE = (
    "En cas de violation de données à caractère personnel, le responsable du traitement en notifie la violation en "
    "question à l'autorité de contrôle compétente conformément à l'article 55, dans les meilleurs délais et, si "
    "possible, 72 heures au plus tard après en avoir pris connaissance, à moins que la violation en question ne soit "
    "pas susceptible d'engendrer un risque pour les droits et libertés des personnes physiques."
)
DIGEST_QUOTE = (
    "Toute violation, même non notifiée, est documentée en interne :\n"
    "- la nature de la violation ;\n"
    "- le nombre approximatif de personnes et d’enregistrements concernés ;\n"
    "- les conséquences probables et les mesures prises."
)
STEPS = (
    "1. Coupez le réseau : câble débranché, Wi-Fi désactivé. N’éteignez pas l’ordinateur.\n"
    "2. Débranchez les sauvegardes (disque externe, clé).\n"
    "3. Ne payez pas la rançon.\n"
    "4. Prévenez votre prestataire informatique et photographiez l’écran.\n"
    "5. Faites-vous aider sur 17cyber.gouv.fr (en ligne, gratuit, 24 h/24).\n"
    "6. Ne réinstallez rien avant d’avoir conservé les preuves et déposé plainte."
)
NEVER = "- N’éteignez pas l’ordinateur touché.\n- Ne payez pas la rançon : rien ne garantit le retour des données."
DELAYS = (
    "- Délai pour la CNIL : le cabinet notifie la violation au plus tard 72 heures après en avoir pris connaissance.\n"
    "- Délai pour l’assurance : la plainte est déposée au plus tard 72 heures après la connaissance de l’attaque.\n"
    "- Ces deux délais de 72 heures sont distincts : l’un ne remplace pas l’autre."
)
CONTACTS = (
    contact("17Cyber", hours="24 h/24 et 7 j/7", cost="gratuit", note="Service en ligne uniquement."),
    contact("Police secours", for_whom="Toute personne en danger immédiat.", phone="17 ou 112", url=""),
    contact("CERT-FR", for_whom="CERT régionaux et administrations.", phone="3218 (ou 09 70 83 32 18)", url=""),
    contact("CNIL : téléservice", url="https://www.cnil.fr/fr/notifier"),
    contact("Urgence Cyber Île-de-France", phone="0 800 730 647", url="", reserve="Coordonnée non confirmée."),
)


def answered() -> dict[str, Any]:
    """Two sources: an official page of today's law, and our own summary of an old PDF."""
    answer = f"Délai de notification :\n« {RGPD_QUOTE} » [1]\n\nÀ garder au cabinet :\n« {DIGEST_QUOTE} » [2]"
    digest = citation(
        2,
        DIGEST_QUOTE,
        publisher="CNIL",
        title="Notifier une violation de données personnelles",
        url=GUIDE,
        deep_link=f"{GUIDE}#page=12",
        section="Documenter la violation",
        page=12,
        page_label="10",
        document_date="2018",
        kind="digest",
        media_type=None,
    )
    return body(
        "answered",
        answer,
        citation(1, RGPD_QUOTE, document_date="2025-06-18"),
        digest,
        notices=[{"code": "acronyms", "text": "CNIL : Commission nationale de l’informatique et des libertés."}],
        suggestions=["Dois-je prévenir les patients concernés ?"],
    )


def differing() -> dict[str, Any]:
    """Two publishers on one subject, as the service writes them: a lead before each quote."""
    one = citation(1, "Le mot de passe compte au moins 12 caractères.", publisher="CNIL", section="Quelle longueur ?")
    other = citation(2, "Un mot de passe de 14 caractères est préférable.", publisher="ANSSI", page=7, page_label="7")
    quotes = "\n\n".join(
        f"{source['publisher']} (2016), « {source['section']} » :\n« {source['quote']} » [{source['marker']}]"
        for source in (one, other)
    )
    return body("answered", f"Voici ce que disent les textes officiels :\n\n{quotes}", one, other)


def emergency() -> dict[str, Any]:
    """The four parts of a sheet: steps, what not to do, whom to tell, delays."""
    sections = {"Que faire, dans l’ordre": STEPS, "À ne pas faire": NEVER, "Les délais à tenir": DELAYS}
    sources = [
        citation(
            number,
            quote,
            publisher="Cybermalveillance.gouv.fr",
            title="Fiche réflexe : les rançongiciels (ransomwares)",
            url="https://www.cybermalveillance.gouv.fr/tous-nos-contenus/fiches-reflexes/rancongiciels-ransomwares",
            deep_link=None,
            section=section,
            document_date=None,
            kind="digest",
            media_type=None,
        )
        for number, (section, quote) in enumerate(sections.items(), 1)
    ]
    text = "\n\n".join(f"{one['section']} :\n« {one['quote']} » [{one['marker']}]" for one in sources)
    return body(
        "emergency",
        f"Rançongiciel, fichiers chiffrés : voici les gestes, dans l’ordre (résumé CyberVigie).\n\n{text}",
        *sources,
        contacts=[dict(one) for one in CONTACTS],
        notices=[{"code": "contact", "text": f"{one['name']} : …"} for one in CONTACTS],
    )


def no_answer() -> dict[str, Any]:
    """Nothing found, two pages near the question, five contacts."""
    return body(
        "no_answer",
        "Les textes officiels dont je dispose ne répondent pas à cette question.",
        reason="nothing_found",
        contacts=[dict(one) for one in CONTACTS],
        suggestions=["Combien de temps garder un dossier ?", "Qui prévenir après un vol ?"],
        related=[
            {
                "title": "RGPD et professionnels de santé libéraux",
                "publisher": "CNIL",
                "url": "https://www.cnil.fr/fr/rgpd",
                "document_id": "d4",
            },
            {"title": "Règlement intérieur", "publisher": "Votre structure", "url": None, "document_id": "d5"},
        ],
    )


def clarify() -> dict[str, Any]:
    """Two meanings."""
    return body(
        "clarify",
        "De quel délai s’agit-il ?",
        suggestions=["Délai pour prévenir la CNIL", "Délai pour remettre un dossier au patient"],
    )


STATES = {
    "answered": answered,
    "differing": differing,
    "emergency": emergency,
    "no_answer": no_answer,
    "clarify": clarify,
}
"""What the service may reply, by name."""
