"""The pages of the widget, from their templates: every value is escaped, no script or style is inline."""

import json
from collections.abc import Collection, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.api.headers import page_policy
from bot.widget.model import AUDIENCES, Operator, Site
from bot.widget.notices import ACCESSIBILITY, summary

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def _day(date: str) -> str:
    """``2026-11-01`` as it is written in French: 1er novembre 2026."""
    year, month, day = map(int, date.split("-"))
    return f"{day}{'er' if day == 1 else ''} {_MONTHS[month - 1]} {year}"


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

_templates.filters["day"] = _day


def policy(*, frames: str = "", ancestors: str = "'none'", upgrade: bool = False) -> str:
    """The content security policy of a page; ``frames``: what it may frame, ``ancestors``: who may frame it."""
    return page_policy(frames=frames, ancestors=ancestors) + ("; upgrade-insecure-requests" if upgrade else "")


def page(name: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any) -> HTMLResponse:
    """The page of the template ``name``, framed by nobody unless ``headers`` say otherwise."""
    text = _templates.get_template(name).render(version=version("cybervigie"), **values)
    return HTMLResponse(text, status, headers={"Content-Security-Policy": policy(), **(headers or {})})


def frame(
    site: Site,
    operator: Operator | None,
    *,
    key: str,
    feedback_days: int,
    upgrade: bool,
    assets: str,
    known: Collection[str] | None,
) -> HTMLResponse:
    """The document of the frame of ``site``. ``key``: its pass to the API, should its origin be opaque; ``assets``:
    where its files are, from the root of the service; ``known``: the publishers of the index, None while there is none.
    """
    settings = {
        "title": site.title,
        "greeting": site.greeting,
        "audience": site.audience or None,
        "audiences": list(AUDIENCES),
        "publishers": site.publishers,
        "known": known if known is None else sorted(known),
        "colour": site.colour,
        "colourDark": site.colour_dark,
        "origins": site.origins,
        "pass": key,
        "privacy": {"summary": summary(operator), "url": f"confidentialite?site={site.id}"},
        "accessibility": {"label": ACCESSIBILITY, "url": "accessibilite"},
        "operator": {"name": operator.name if operator else ""},
        "feedbackTextDays": feedback_days,
    }
    headers = {
        # 'self': pages of this very host. They read whatever is served here anyway.
        "Content-Security-Policy": policy(ancestors=" ".join(("'self'", *site.origins)), upgrade=upgrade),
        # A page that isolates itself (COEP: require-corp) frames only documents that do the same.
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
    }
    return page("frame.html", headers=headers, site=site, settings=json.dumps(settings), assets=assets)
