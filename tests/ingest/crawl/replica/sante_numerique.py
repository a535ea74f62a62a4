"""A Drupal site in the manner of a digital health agency: one FAQ of dozens of questions, numbered recommendations."""

from .content import PDF, Resource, Site
from .expected import Replica, Shelf, block
from .pages import drupal
from .papers import guide

HOST = "agence.sante-numerique.test"
PUBLISHER = "Agence de la santé numérique"
_FAQ = "/foire-aux-questions/messagerie"
_SUBJECTS = ("l’ordinateur", "le téléphone", "la tablette", "le serveur", "la borne", "le lecteur de carte")
_ACTIONS = ("prêter", "réparer", "recycler", "emporter", "partager")
_PDF = "/sites/default/files/media_entity/documents/referentiel-identification.pdf"
QUESTIONS = tuple(
    (f"Peut-on {action} {subject} du cabinet ?", f"Pour {action} {subject}, suivez la règle {n} du cabinet.")
    for n, (action, subject) in enumerate(((action, subject) for subject in _SUBJECTS for action in _ACTIONS), start=1)
)
"""Thirty questions and answers."""
CATEGORIES = ("Matériel", "Cabinet")
"""The word above each question, in turn."""


def replica() -> Replica:
    """The site, new at each call."""
    site = Site(HOST)
    site.robots("User-agent: CyberVigie\nDisallow: /offres-services/interne\n\nUser-agent: *\nDisallow: /\n")
    items = "".join(
        f'<div class="views-row"><div class="field--categorie"><span class="badge">{CATEGORIES[n % 2]}</span></div>'
        f'<h3 class="accordion-header"><button class="accordion-button collapsed" type="button" aria-expanded="false" '
        f'aria-controls="reponse-{n}">{ask}</button></h3><div id="reponse-{n}" class="accordion-collapse" hidden>'
        f"<p>{say}</p></div></div>"
        for n, (ask, say) in enumerate(QUESTIONS)
    )
    body = f'<p class="count">{len(QUESTIONS)} résultats</p><div class="view-content">{items}</div>'
    body += (
        '<p><a href="/securite/identification">Identification</a> <a href="/offres-services/interne">Interne</a></p>'
    )
    site.put(_FAQ, drupal("Questions sur le matériel", body, site="Santé numérique", dates="Mise à jour le 05/09/2025"))
    site.put(
        "/securite/identification",
        drupal(
            "Identifier les personnes",
            f"""<h2>Le palier de départ</h2><p>Une carte et un code valent mieux qu’un mot de passe.</p>
<table><tr><th>Palier</th><th>Moyen</th></tr><tr><td>1</td><td>Mot de passe et code reçu</td></tr>
<tr><td>2</td><td>Carte professionnelle</td></tr></table><p><a href="{_PDF}">Le référentiel</a></p>""",
            site="Santé numérique",
            dates="Mis à jour le 7 mai 2024",
        ),
    )
    paper = guide(
        "Identification au cabinet",
        [
            [
                ("Les comptes", ["Chaque personne du cabinet a son propre compte."]),
                ("R1 Fermer les comptes inutiles", ["Un compte inutile est ferme le jour du depart."]),
            ],
            [("R2 Exiger deux facteurs", ["Un second facteur est demande hors du cabinet."])],
        ],
        created="2024-05-07",
    )
    site.put(_PDF, Resource(paper, PDF, last_modified="Tue, 07 May 2024 10:00:00 GMT"))
    site.put("/offres-services/interne", drupal("Interne", "<p>Réservé.</p>", site="Santé numérique"))
    shelf = Shelf(site, PUBLISHER)
    shelf.expect(
        _FAQ,
        "Questions sur le matériel",
        tuple(word for n, (ask, _) in enumerate(QUESTIONS) for word in (CATEGORIES[n % 2], ask)),
        *(say for _, say in QUESTIONS),
        date="2025-09-05",
    )
    shelf.expect(
        "/securite/identification",
        "Identifier les personnes",
        ("Le palier de départ",),
        "Une carte et un code valent mieux qu’un mot de passe.",
        "2 | Carte professionnelle",
        date="2024-05-07",
    )
    shelf.expect(
        _PDF,
        "Identification au cabinet",
        ("Les comptes", "R1 Fermer les comptes inutiles", "R2 Exiger deux facteurs"),
        "Un second facteur est demande hors du cabinet.",
        pages=2,
        landing_url=site.url("/securite/identification"),
        date="2024-05-07",
    )
    return Replica(
        id="sante-numerique",
        sites=(site,),
        block=block("sante-numerique", PUBLISHER, [site], [_FAQ]),
        documents=tuple(shelf.documents),
        refused={site.url("/offres-services/interne"): "robots"},
        missing={site.url("/mentions-legales"): "404", site.url("/"): "404"},
        unread=("/offres-services/interne",),
    )
