"""A WordPress-like site in the manner of the victims' aid: nested, packed and self-listing sitemaps, accordions."""

import gzip

from .content import GZIP, PDF, TEXT, XML, Resource, Site, redirect
from .expected import Replica, Shelf, block
from .pages import wordpress
from .papers import guide, scanned

HOST = "www.malveillance.test"
PUBLISHER = "Aide aux victimes"
_SITE = "Aide aux victimes"
_ALL = "/tous-nos-contenus"
_PDF = "/medias/2024/05/fiche-rancongiciel.pdf"
_SCAN = "/medias/2019/11/affiche-numerisee.pdf"
_NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_RANSOM = f"""<p>Les fichiers du cabinet ne s’ouvrent plus et une rançon est demandée.</p>
<div class="alert alert-danger" role="alert"><p>Ne payez pas la rançon : rien ne garantit la remise de la clé.</p></div>
<div class="accordion"><h2><button aria-expanded="false" aria-controls="p1">Débrancher sans éteindre</button></h2>
<div id="p1" hidden><p>Retirez le câble du réseau et coupez le réseau sans fil.</p></div>
<h2><button aria-expanded="false" aria-controls="p2">Garder les preuves</button></h2>
<div id="p2" hidden><p>Photographiez l’écran avant toute remise en marche.</p></div></div>
<p><a href="{_PDF}">Télécharger la fiche</a> <a href="{_SCAN}">L’affiche</a></p>"""


def _sitemap(*locations: str) -> str:
    return f"<urlset {_NS}>" + "".join(f"<url><loc>{location}</loc></url>" for location in locations) + "</urlset>"


def replica() -> Replica:
    """The site, new at each call; its robots.txt has moved, its sitemaps are listed there only."""
    site = Site(HOST)
    url = site.url
    site.put("/robots.txt", redirect("/robots-actuel.txt", 302))
    robots = f"\ufeffUser-Agent: *\r\nDisallow: /wp-admin/\r\nSitemap: {url('/sitemap_index.xml')}\r\n"
    site.put("/robots-actuel.txt", Resource(robots.encode(), TEXT))
    maps = ("/post-sitemap.xml.gz", "/sitemap_index.xml", "/imbrique.xml", "/absent-sitemap.xml")
    index = f"<sitemapindex {_NS}>" + "".join(f"<sitemap><loc>{url(path)}</loc></sitemap>" for path in maps)
    site.put("/sitemap_index.xml", Resource(f"{index}</sitemapindex>".encode(), XML))
    posts = _sitemap(url(f"{_ALL}/fiches-reflexes/rancongiciel"), url(f"{_ALL}/bonnes-pratiques/mots-de-passe"))
    site.put("/post-sitemap.xml.gz", Resource(gzip.compress(posts.encode(), mtime=0), GZIP))
    nested = f"<sitemapindex {_NS}><sitemap><loc>{url('/page-sitemap.xml')}</loc></sitemap></sitemapindex>"
    site.put("/imbrique.xml", Resource(nested.encode(), XML))
    site.put(
        "/page-sitemap.xml",
        Resource(_sitemap(url("/17cyber"), url("/diagnostic/0f0e"), "https://espion.test/page").encode(), XML),
    )
    related = f'<li><a href="{_ALL}/alertes/faux-virement">Alerte : faux virement</a></li>'
    dates = {"published": "2024-05-13T08:00:00+02:00", "modified": "2025-01-20T09:30:00+01:00"}
    site.put(
        f"{_ALL}/fiches-reflexes/rancongiciel",
        Resource(
            wordpress("Que faire face à un rançongiciel ?", _RANSOM, site=_SITE, related=related, **dates).encode(),
            packed=True,
        ),
    )
    site.put(
        f"{_ALL}/bonnes-pratiques/mots-de-passe",
        wordpress(
            "Choisir ses mots de passe",
            """<h2>Un mot de passe par service</h2><p>Un mot de passe volé n’en ouvre alors qu’un.</p>
<h2>Un coffre pour les retenir</h2><p>Le coffre de mots de passe s’ouvre par une longue phrase.</p>""",
            site=_SITE,
            published="2023-02-01T08:00:00+01:00",
        ),
    )
    site.put(
        f"{_ALL}/alertes/faux-virement",
        wordpress(
            "Alerte : faux virement",
            "<p>Rappelez toujours le numéro connu.</p>",
            site=_SITE,
            published="2025-06-02T08:00:00+02:00",
        ),
    )
    site.put(
        "/17cyber",
        wordpress(
            "Le guichet des victimes",
            "<p>Le guichet répond à toute heure.</p>",
            site=_SITE,
            published="2024-12-17T08:00:00+01:00",
        ),
    )
    site.put(
        "/tous-nos-contenus/",
        wordpress(
            "Tous nos contenus",
            f'<p>Tout est là.</p><p><a href="{_ALL}/alertes/faux-virement">Alerte</a></p>',
            site=_SITE,
            published="2023-01-01T08:00:00+01:00",
        ),
    )
    site.put(
        "/diagnostic/7c1e0b52",
        wordpress("Diagnostic", "<p>Vos réponses.</p>", site=_SITE, published="2025-01-01T08:00:00+01:00"),
    )
    paper = guide(
        "Fiche rançongiciel",
        [[("Les premiers gestes", ["Prévenez votre prestataire par téléphone."])]],
        created="2024-05-13",
    )
    site.put(_PDF, Resource(paper, PDF, last_modified="Mon, 13 May 2024 08:00:00 GMT"))
    site.put(_SCAN, Resource(scanned(), PDF))
    shelf = Shelf(site, PUBLISHER)
    shelf.expect(
        f"{_ALL}/fiches-reflexes/rancongiciel",
        "Que faire face à un rançongiciel ?",
        ("Débrancher sans éteindre", "Garder les preuves"),
        "Ne payez pas la rançon : rien ne garantit la remise de la clé.",
        "Retirez le câble du réseau et coupez le réseau sans fil.",
        date="2025-01-20",
        absent=("faux virement",),
    )
    shelf.expect(
        f"{_ALL}/bonnes-pratiques/mots-de-passe",
        "Choisir ses mots de passe",
        ("Un mot de passe par service", "Un coffre pour les retenir"),
        "Un mot de passe volé n’en ouvre alors qu’un.",
        date="2023-02-01",
    )
    shelf.expect(
        f"{_ALL}/alertes/faux-virement",
        "Alerte : faux virement",
        (),
        "Rappelez toujours le numéro connu.",
        date="2025-06-02",
    )
    shelf.expect("/17cyber", "Le guichet des victimes", (), "Le guichet répond à toute heure.", date="2024-12-17")
    shelf.expect(f"{_ALL}/", "Tous nos contenus", (), "Tout est là.", date="2023-01-01")
    shelf.expect(
        _PDF,
        "Fiche rançongiciel",
        ("Les premiers gestes",),
        "Prévenez votre prestataire par téléphone.",
        pages=1,
        landing_url=url(f"{_ALL}/fiches-reflexes/rancongiciel"),
        date="2024-05-13",
    )
    return Replica(
        id="malveillance",
        sites=(site,),
        block=block(
            "malveillance",
            PUBLISHER,
            [site],
            [f"{_ALL}/bonnes-pratiques/mots-de-passe"],
            allow=["/tous-nos-contenus/", "/medias/", "/17cyber"],
            deny=["/diagnostic/"],
        ),
        documents=tuple(shelf.documents),
        refused={url(_SCAN): "no_text"},
        unread=("/diagnostic/7c1e0b52", "/diagnostic/0f0e", "/mentions-legales"),
    )
