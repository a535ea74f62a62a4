"""A CERT's site: reflex sheets that share their headings, each with a PDF twin; feeds."""

from .content import PDF, Resource, Site
from .expected import Replica, Shelf, block
from .pages import bulletin
from .papers import guide

HOST = "cert.cyber.test"
PUBLISHER = "CERT"
_SHEETS = (
    (
        "CERT-2024-RFX-001",
        "Compromission d’un équipement de bordure",
        "12 mars 2024",
        "2024-03-12",
        "Isolez l’équipement.",
    ),
    ("CERT-2024-RFX-002", "Compromission d’un poste", "30 avril 2024", "2024-04-30", "Ne rebranchez pas le poste."),
)
_HEADINGS = ("À qui s’adresse-t-elle ?", "Quand l’utiliser ?", "Comment l’utiliser ?")


def replica() -> Replica:
    """The site, new at each call."""
    site = Site(HOST)
    site.robots("User-agent: *\nDisallow:\n")
    shelf = Shelf(site, PUBLISHER)
    for number, (reference, title, written, date, advice) in enumerate(_SHEETS):
        path, twin = f"/fiche/{reference}", f"/uploads/{reference}.pdf"
        other = _SHEETS[1 - number][0]
        body = "".join(
            f"<h2>{heading}</h2><p>{text}</p>"
            for heading, text in zip(
                _HEADINGS, ("Aux équipes informatiques.", f"En cas de {title.lower()}.", advice), strict=True
            )
        )
        body += f'<p><a href="/fiche/{other}">L’autre fiche</a></p>'
        site.put(path, bulletin(title, body, reference=reference, published=written, twin=twin))
        paper = guide(
            f"Fiche {reference}", [[("Conduite à tenir", [f"La fiche {reference} se lit avant d'agir."])]], created=date
        )
        site.put(twin, Resource(paper, PDF))
        shelf.expect(path, title, _HEADINGS, advice, f"Référence | {reference}", date=date,
                     absent=("L’autre fiche", "La fiche en PDF"))  # fmt: skip
        shelf.expect(twin, f"Fiche {reference}", ("Conduite à tenir",), f"La fiche {reference} se lit avant d'agir.",
                     date=date, pages=1, landing_url=site.url(path))  # fmt: skip
    site.put("/feed/alertes/", Resource(b"<rss version='2.0'><channel></channel></rss>", "application/rss+xml"))
    return Replica(
        id="cert",
        sites=(site,),
        block=block("cert", PUBLISHER, [site], [f"/fiche/{_SHEETS[0][0]}"], allow=["/fiche/", "/uploads/"]),
        documents=tuple(shelf.documents),
        unread=("/feed/alertes/", "/mentions-legales"),
    )
