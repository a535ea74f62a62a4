"""A Drupal site in the manner of a professional body: deep paths, a FAQ, accents in names of PDF files, no robots."""

from .content import PDF, Resource, Site
from .expected import Replica, Shelf, block
from .pages import drupal
from .papers import guide

HOST = "conseil.medecins.test"
PUBLISHER = "Conseil des médecins"
_SITE = "Conseil des médecins"
_FAQ_PATH = "/conseil/sante/donnees-personnelles/protection-donnees-faq"
_PDF_PATH = "/sites/default/files/Guide%20de%20l'ordre%20-%20donn%C3%A9es%20&%20secret.pdf"
_PDF_LINK = "/sites/default/files/Guide de l'ordre - données &amp; secret.pdf"
_PAPER_TITLE = "Secret et messagerie"
_QUESTIONS = (
    ("Puis-je écrire à un confrère par une messagerie courante ?", "Non : employez une messagerie de santé sécurisée."),
    ("Dois-je déclarer mon fichier de patients ?", "Non, mais vous l’inscrivez au registre du cabinet."),
    ("Que faire après le vol d’un ordinateur ?", "Déposez plainte et notifiez la violation sous 72 heures."),
)
_INTRODUCTION = "Le secret professionnel couvre aussi les fichiers du cabinet."


def replica() -> Replica:
    """The site, new at each call; its robots.txt does not exist."""
    site, trail = Site(HOST), (("/", "Accueil"), ("/conseil", "Conseil national"))
    body = f'<p class="reading-time">Temps de lecture : 4 min</p><p>{_INTRODUCTION}</p><div class="faq">'
    body += "".join(f'<div class="faq-item"><h3>{ask}</h3><div><p>{say}</p></div></div>' for ask, say in _QUESTIONS)
    body += f"""</div><p><a href="{_PDF_LINK}">Le guide de l’ordre</a></p>
<p><a href="/conseil/sante/telesoin/">Le télésoin</a> <a href="/rss.xml">Flux</a></p>"""
    site.put(
        _FAQ_PATH,
        drupal("Protection des données : vos questions", body, site=_SITE, crumbs=trail,
               dates="Publié le Jeudi 07 janvier 2021"),
    )  # fmt: skip
    site.put(
        "/conseil/sante/telesoin/",
        drupal(
            "Le télésoin en sûreté", "<h2>Le lieu</h2><p>Personne d’autre n’entend la consultation.</p>", site=_SITE
        ),
    )
    paper = guide(
        _PAPER_TITLE,
        [[("Le courrier électronique", ["Un compte personnel ne convient pas aux résultats d'analyses."])]],
        created="2020-12-18",
        name="Microsoft Word - brouillon-v3.docx",
    )
    site.put(_PDF_PATH, Resource(paper, PDF, last_modified="Thu, 07 Jan 2021 09:00:00 GMT", etag=False))
    shelf = Shelf(site, PUBLISHER)
    shelf.expect(
        _FAQ_PATH,
        "Protection des données : vos questions",
        tuple(ask for ask, _ in _QUESTIONS),
        _INTRODUCTION,
        *(say for _, say in _QUESTIONS),
        date="2021-01-07",
        absent=("Le guide de l’ordre", "Flux"),
    )
    shelf.expect(
        "/conseil/sante/telesoin/", "Le télésoin en sûreté", ("Le lieu",), "Personne d’autre n’entend la consultation."
    )
    shelf.expect(
        _PDF_PATH,
        _PAPER_TITLE,
        ("Le courrier électronique",),
        "Un compte personnel ne convient pas aux résultats d'analyses.",
        pages=1,
        landing_url=site.url(_FAQ_PATH),
        date="2020-12-18",
    )
    return Replica(
        id="medecins",
        sites=(site,),
        block=block("medecins", PUBLISHER, [site], [_FAQ_PATH], allow=["/conseil/", "/sites/default/files/"]),
        documents=tuple(shelf.documents),
        unread=("/rss.xml", "/mentions-legales"),
    )
