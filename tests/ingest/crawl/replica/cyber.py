"""A Jekyll site on the State's design system, and its older Drupal host: one guide under addresses of three times."""

from .content import PDF, Resource, Site, redirect
from .expected import Replica, Shelf, block
from .pages import application, dsfr
from .papers import guide

HOST, OLD_HOST = "services.cyber.test", "archives.cyber.test"
PUBLISHER = "Agence de la cybersécurité"
_SITE = "Services cyber"
_GUIDE = "/documents-guides/essentiels_t%C3%A9l%C3%A9phones_1.1.pdf"
_HYGIENE = "/documents-guides/hygiene_v2.pdf"
_BODY = """<section class="fr-accordion"><h3 class="fr-accordion__title"><button class="fr-accordion__btn"
aria-expanded="false" aria-controls="a1">Verrouiller l’écran</button></h3><div class="fr-collapse" id="a1">
<p>L’écran se verrouille après deux minutes sans usage.</p></div></section>
<section class="fr-accordion"><h3 class="fr-accordion__title"><button class="fr-accordion__btn" aria-expanded="false"
aria-controls="a2">Mettre à jour</button></h3><div class="fr-collapse" id="a2">
<p>Les mises à jour s’installent la nuit.</p>
</div></section><div class="fr-callout"><p class="fr-callout__text">Un téléphone perdu se signale le jour même.</p>
</div>"""


def replica() -> Replica:
    """The two hosts of the source, new at each call."""
    site, old = Site(HOST), Site(OLD_HOST)
    site.robots("User-agent: *\nDisallow: /connexion\nDisallow: /oidc/\n")
    phones = guide(
        "Téléphones mobiles",
        [[("Avant le départ", ["Sauvegardez le téléphone avant de partir."])]],
        created="2025-11-14",
    )
    hygiene = guide(
        "Hygiène du cabinet",
        [
            [("Connaître son parc", ["Une liste tient à jour chaque appareil."])],
            [("Réagir", ["Un cahier note chaque incident."])],
        ],
        created="2017-01-20",
    )
    links = f"""<ul><li><a href="{_GUIDE}">Les téléphones (PDF)</a></li><li><a href="{_HYGIENE}">L’hygiène (PDF)</a>
</li>
<li><a href="https://{OLD_HOST}/sites/default/files/2017/01/guide_hygiene.pdf">Première édition en ligne</a></li>
<li><a href="https://{OLD_HOST}/uploads/2015/hygiene.pdf">Adresse de 2015</a></li>
<li><a href="/services/tableau-de-bord.html">Tableau de bord</a></li><li><a href="/guides/sans-fil">Sans fil</a></li>
</ul>"""
    site.put(
        "/guides/telephones",
        dsfr("Protéger les téléphones", _BODY + links, site=_SITE, updated="14/11/2025", noise=300_000),
    )
    site.put("/guides/sans-fil", dsfr("Le réseau sans fil", "<p>Le réseau des patients est séparé.</p>", site=_SITE))
    site.put("/services/tableau-de-bord.html", application("Tableau de bord", _SITE))
    site.put("/connexion", dsfr("Connexion", "<p>Identifiez-vous.</p>", site=_SITE))
    site.put(_GUIDE, Resource(phones, PDF, last_modified="Fri, 14 Nov 2025 08:00:00 GMT"))
    site.put(_HYGIENE, Resource(hygiene, PDF, last_modified="Wed, 03 Jan 2024 08:00:00 GMT"))
    old.robots("")
    old.put("/uploads/2015/hygiene.pdf", redirect("/sites/default/files/2017/01/guide_hygiene.pdf"))
    old.put(
        "/sites/default/files/2017/01/guide_hygiene.pdf",
        Resource(hygiene, PDF, last_modified="Mon, 23 Jan 2017 08:00:00 GMT"),
    )
    shelf = Shelf(site, PUBLISHER)
    shelf.expect(
        "/guides/telephones",
        "Protéger les téléphones",
        ("Verrouiller l’écran", "Mettre à jour"),
        "L’écran se verrouille après deux minutes sans usage.",
        "Un téléphone perdu se signale le jour même.",
        date="2025-11-14",
    )
    shelf.expect("/guides/sans-fil", "Le réseau sans fil", (), "Le réseau des patients est séparé.")
    landing = site.url("/guides/telephones")
    shelf.expect(_GUIDE, "Téléphones mobiles", ("Avant le départ",), "Sauvegardez le téléphone avant de partir.",
                 date="2025-11-14", pages=1, landing_url=landing)  # fmt: skip
    shelf.expect(_HYGIENE, "Hygiène du cabinet", ("Connaître son parc", "Réagir"), "Un cahier note chaque incident.",
                 date="2017-01-20", pages=2, landing_url=landing)  # fmt: skip
    kept = site.url(_HYGIENE)
    return Replica(
        id="cyber",
        sites=(site, old),
        block=block(
            "cyber", PUBLISHER, [site, old], ["/guides/telephones"], allow=["/guides/.", "/services/", "/.*\\.pdf$"]
        ),
        documents=tuple(shelf.documents),
        refused={site.url("/services/tableau-de-bord.html"): "javascript"},
        moved={old.url("/uploads/2015/hygiene.pdf"): old.url("/sites/default/files/2017/01/guide_hygiene.pdf")},
        duplicates={old.url("/sites/default/files/2017/01/guide_hygiene.pdf"): kept},
        unread=("/connexion", "/mentions-legales", "/guides/"),
    )
