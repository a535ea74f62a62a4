"""Sheets in the manner of the public-service site: chapters, cases, tables, whom to turn to."""

from .content import Site
from .expected import Replica, Shelf, block
from .pages import sheet

HOST = "www.demarches.test"
PUBLISHER = "Démarches"
_PATH = "/professionnels/vosdroits/F34800"
_BODY = """<p class="intro">Une attaque informatique contre un cabinet se signale.</p>
<section class="chapitre"><h2 id="c1">Dans quel délai ?</h2><p>La plainte se dépose sous 72 heures pour l’assurance.</p>
<div class="fr-table"><table><caption>Délais</caption><thead><tr><th>Démarche</th><th>Délai</th></tr></thead><tbody>
<tr><td>Plainte</td><td>72 heures</td></tr><tr><td>Violation de données</td><td>72 heures</td></tr></tbody></table>
</div></section>
<section class="chapitre"><h2 id="c2">Comment faire ?</h2><section class="fr-accordion"><h3 class="fr-accordion__title">
<button class="fr-accordion__btn" aria-expanded="false" aria-controls="cas-1">Vous êtes seul au cabinet</button></h3>
<div class="fr-collapse" id="cas-1"><p>Vous déposez vous-même la plainte.</p></div></section>
<section class="fr-accordion">
<h3 class="fr-accordion__title"><button class="fr-accordion__btn" aria-expanded="false" aria-controls="cas-2">Vous êtes
associés</button></h3><div class="fr-collapse" id="cas-2"><p>Le gérant dépose la plainte.</p></div></section></section>
<section class="ou-s-adresser"><h2>Où s’adresser ?</h2><p>La brigade ou le commissariat le plus proche.</p>
<p><a href="/professionnels/vosdroits/F35000">La fiche sur l’assurance</a></p></section>"""


def replica() -> Replica:
    """The site, new at each call."""
    site = Site(HOST)
    site.robots("User-agent: *\nDisallow: /compte\n")
    crumbs = (("/", "Accueil"), ("/professionnels", "Professionnels"), ("/professionnels/N1", "Sécurité"))
    site.put(_PATH, sheet("Signaler une attaque informatique", _BODY, verified="14 mai 2025", crumbs=crumbs))
    body = "<h2>Les conditions</h2><p>Le contrat demande souvent une sauvegarde récente.</p>"
    site.put(
        "/professionnels/vosdroits/F35000", sheet("Assurer son cabinet", body, verified="2 juin 2025", crumbs=crumbs)
    )
    shelf = Shelf(site, PUBLISHER)
    shelf.expect(
        _PATH,
        "Signaler une attaque informatique",
        ("Dans quel délai ?", "Comment faire ?", "Vous êtes seul au cabinet", "Vous êtes associés", "Où s’adresser ?"),
        "Une attaque informatique contre un cabinet se signale.",
        "Violation de données | 72 heures",
        "Le gérant dépose la plainte.",
        "La brigade ou le commissariat le plus proche.",
        date="2025-05-14",
    )
    shelf.expect("/professionnels/vosdroits/F35000", "Assurer son cabinet", ("Les conditions",),
                 "Le contrat demande souvent une sauvegarde récente.", date="2025-06-02")  # fmt: skip
    return Replica(
        id="demarches",
        sites=(site,),
        block=block("demarches", PUBLISHER, [site], [_PATH], allow=["/professionnels/vosdroits/"]),
        documents=tuple(shelf.documents),
        unread=("/mentions-legales",),
    )
