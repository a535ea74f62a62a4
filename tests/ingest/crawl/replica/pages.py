"""Whole pages in the templates of the real sites: head, menus, banners, content, share bar, footer. Own words."""

import base64
import html
from collections.abc import Iterable

BOILERPLATE = (
    "Aller au contenu",
    "Nous utilisons des traceurs",
    "Tout accepter",
    "Partager cette page",
    "Copier le lien",
    "Abonnez-vous à la lettre",
    "Mentions légales",
    "Vous êtes ici",
    "À lire aussi",
    "Rechercher sur le site",
)
"""What every template holds around the content; no document may."""

_COOKIES = """<div id="tarteaucitronRoot" class="cookie-banner" role="dialog">
<p>Nous utilisons des traceurs pour mesurer
l’audience de ce site.</p><button type="button">Tout accepter</button><button type="button">Tout refuser</button>
</div>"""
_SHARE = """<div class="share-bar"><p>Partager cette page</p><ul><li><a href="https://reseau.test/partage">Réseau</a></li>
<li><button type="button">Copier le lien</button></li></ul></div>"""
_FOOTER = """<footer role="contentinfo"><p>Abonnez-vous à la lettre</p><form><input type="email">
<button>Valider</button>
</form><ul><li><a href="/mentions-legales">Mentions légales</a></li><li><a href="mailto:contact@site.test">Écrire</a>
</li>
</ul></footer>"""
_SEARCH = """<form role="search" action="/recherche"><label>Rechercher sur le site <input name="q"></label></form>"""


def _links(items: Iterable[tuple[str, str]]) -> str:
    return "".join(f'<li><a href="{html.escape(href)}">{text}</a></li>' for href, text in items)


def drupal(
    title: str,
    body: str,
    *,
    site: str,
    lang: str = "fr",
    dates: str = "",
    crumbs: tuple[tuple[str, str], ...] = (),
    menu: tuple[tuple[str, str], ...] = (),
    head: str = "",
) -> str:
    """A node page of a Drupal 10 site. ``dates``: the line under the title, as "Publié le ..."."""
    trail = f'<nav class="breadcrumb" aria-label="Fil d’Ariane"><p>Vous êtes ici</p><ol>{_links(crumbs)}</ol></nav>'
    dated = f'<div class="field field--name-created"><p class="date">{dates}</p></div>' if dates else ""
    return f"""<!DOCTYPE html>
<html lang="{lang}" dir="ltr"><head><meta charset="utf-8"><title>{title} | {site}</title>
<meta name="Generator" content="Drupal 10 (https://www.drupal.org)"><meta property="og:site_name" content="{site}">
<link rel="shortcut icon" href="/core/misc/favicon.ico">{head}</head>
<body class="path-node page-node-type-article">{_COOKIES}
<a class="visually-hidden skip-link" href="#main">Aller au contenu</a>
<header role="banner"><a href="/" class="logo">{site}</a>{_SEARCH}
<nav role="navigation" class="menu--main"><ul class="menu">{_links(menu)}</ul></nav></header>{trail}
<main id="main" role="main"><article class="node node--type-article"><h1 class="page-title">{title}</h1>{dated}
<div class="node__content"><div class="field field--name-body text-formatted">{body}</div></div>
</article>{_SHARE}</main>
{_FOOTER}<script>window.drupalSettings = {{"path": {{"baseUrl": "/"}}}};</script></body></html>"""


def wordpress(title: str, body: str, *, site: str, published: str, modified: str = "", related: str = "") -> str:
    """An article of a WordPress-like site, with a block of related links. Dates: ISO 8601 with a time."""
    meta = f'<meta property="article:published_time" content="{published}">'
    meta += f'<meta property="article:modified_time" content="{modified}">' if modified else ""
    others = f'<section class="related"><h2>À lire aussi</h2><ul>{related}</ul></section>' if related else ""
    return f"""<!doctype html>
<html lang="fr-FR"><head><meta charset="UTF-8"><title>{title} - {site}</title>{meta}
<meta property="og:title" content="{title}"><meta property="og:site_name" content="{site}"></head>
<body class="single single-post">{_COOKIES}<a class="skip-link" href="#content">Aller au contenu</a>
<header class="site-header"><a href="/">{site}</a>{_SEARCH}<nav class="main-menu"><ul>
<li><a href="/tous-nos-contenus/">Tous nos contenus</a></li><li><a href="/diagnostic/7c1e0b52">Diagnostic</a></li>
</ul></nav>
</header><div class="breadcrumbs"><p>Vous êtes ici</p><a href="/">Accueil</a></div>
<main id="content"><article class="post"><header><h1 class="entry-title">{title}</h1></header>
<div class="entry-content">{body}</div></article>{_SHARE}{others}</main>{_FOOTER}</body></html>"""


def dsfr(title: str, body: str, *, site: str, updated: str = "", noise: int = 0) -> str:
    """A page of a Jekyll site on the State's design system; ``noise``: bytes of images carried in the page."""
    image = base64.b64encode(bytes(index * 7919 % 251 for index in range(noise))).decode()
    picture = f'<img class="fr-responsive-img" alt="" src="data:image/png;base64,{image}">' if noise else ""
    dated = f'<p class="fr-text--sm">Mis à jour le {updated}</p>' if updated else ""
    return f"""<!DOCTYPE html>
<html lang="fr" data-fr-scheme="system"><head><meta charset="utf-8"><title>{title} | {site}</title></head><body>
<div class="fr-skiplinks"><a href="#contenu">Aller au contenu</a></div>{_COOKIES}
<header role="banner" class="fr-header"><div class="fr-header__brand"><p>{site}</p></div>{_SEARCH}
<nav class="fr-nav" role="navigation"><ul class="fr-nav__list"><li><a class="fr-nav__link" href="/guides/">Guides</a>
</li>
<li><a class="fr-nav__link" href="/connexion">Connexion</a></li></ul></nav></header>
<main id="contenu" role="main"><div class="fr-container"><nav role="navigation" class="fr-breadcrumb">
<p>Vous êtes ici</p>
<ol><li><a class="fr-breadcrumb__link" href="/">Accueil</a></li></ol></nav>
<h1>{title}</h1>{dated}{picture}{body}</div></main>
{_FOOTER}<svelte-composant props="{{}}"></svelte-composant></body></html>"""


def bulletin(title: str, body: str, *, reference: str, published: str, twin: str) -> str:
    """A sheet of a CERT, with its PDF twin. ``published``: "12 mars 2024"."""
    return f"""<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{title} - CERT</title></head><body>{_COOKIES}
<div class="container-fluid" role="banner"><a href="/">CERT</a><nav><ul><li>
<a href="/feed/alertes/">Flux des alertes</a></li>
</ul></nav></div><main class="content"><section class="article-content"><h1>{title}</h1>
<table class="table-condensed"><tr><th>Référence</th><td>{reference}</td></tr><tr><th>Date</th><td>{published}</td>
</tr></table>
<p>Publié le {published}</p>{body}<p><a href="{twin}">La fiche en PDF</a></p></section></main>{_FOOTER}</body></html>"""


def sheet(title: str, body: str, *, verified: str, crumbs: tuple[tuple[str, str], ...]) -> str:
    """A sheet of the public-service site. ``verified``: "14 mai 2025"."""
    return f"""<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{title} | Démarches</title></head><body>{_COOKIES}
<div class="fr-skiplinks"><a href="#main">Aller au contenu</a></div>
<header role="banner" class="fr-header">{_SEARCH}</header>
<nav role="navigation" class="fr-breadcrumb"><p>Vous êtes ici</p><ol>{_links(crumbs)}</ol></nav>
<main id="main" role="main"><article class="article"><h1 id="titlePage">{title}</h1>
<p class="date">Vérifié le {verified} - Direction de l’information</p>{body}</article>{_SHARE}</main>{_FOOTER}</body>
</html>"""


def application(title: str, site: str) -> str:
    """A page that is empty without JavaScript."""
    return f"""<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{title} | {site}</title>
<script type="module" src="/_app/immutable/start.js"></script></head><body><div id="app"></div>
<noscript>Activez JavaScript pour utiliser ce service.</noscript>
<script>{"window.etat = [" + "0," * 3000 + "0];"}</script>
</body></html>"""


def plain(title: str, body: str, head: str = "") -> str:
    """A page of a title and a body, and nothing around them."""
    return f"""<html lang="fr"><head><title>{title}</title>{head}</head>
<body><main><h1>{title}</h1>{body}</main></body></html>"""
