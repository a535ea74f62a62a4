"""The routes of the widget: loader, frame, notices, and the page that makes the snippet."""

from collections.abc import Callable, Collection
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException

from bot.api.dependencies import Served
from bot.api.problems import problem
from bot.errors import NotReady
from bot.widget import pages
from bot.widget.assets import FOR_EVER
from bot.widget.desk import Widget
from bot.widget.loader import Loader
from bot.widget.model import AUDIENCES, DEFAULT_COLOUR, POSITIONS, Site
from bot.widget.notices import ACCESSIBILITY, notice
from bot.widget.sites import GREETING_MAX, TITLE_MAX

widget = APIRouter(prefix="/widget", include_in_schema=False)
_HOUR = "public, max-age=3600, must-revalidate"
# The browser compares the digest (SRI) only of what it may read; so may it a refusal, or its console would tell of CORS
# where the status says what is wrong.
_READABLE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_GONE = (
    "Cette version du chargeur n’est plus servie\u00a0: recopiez le code d’intégration, "
    "depuis la page /widget/ de ce service."
)


def _offered(request: Request) -> Widget:
    found: Widget = request.app.state.widget
    if not found.serves(request):
        raise HTTPException(404)
    return found


Offered = Annotated[Widget, Depends(_offered)]


def _get(path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A route for GET, and for HEAD, which monitors and link checkers send (RFC 9110, 9.1)."""
    return widget.api_route(path, methods=["GET", "HEAD"])


@_get("/v1.js")
def newest(offered: Offered, request: Request) -> Response:
    """The loader of this version: kept an hour by browsers, then asked again."""
    return _script(offered.loader, request, _HOUR)


@_get("/v1.{digest}.js")
def pinned(digest: str, offered: Offered, request: Request) -> Response:
    """One version of the loader, for ever the same."""
    found = offered.loaders.get(f"v1.{digest}.js")
    return _script(found, request, FOR_EVER) if found else problem(404, "loader_gone", _GONE, headers=_READABLE)


def _script(loader: Loader, request: Request, cached: str) -> Response:
    headers = {
        "Cache-Control": cached,
        "ETag": f'"{loader.digest}"',
        **_READABLE,
    }
    if loader.digest in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(loader.content, headers=headers, media_type="text/javascript")


@_get("/frame")
def frame(offered: Offered, served: Served, site: str = "") -> Response:
    """The conversation, for the frames of a site; a page that says why for any other."""
    found = offered.site(site)
    if found is None:
        return pages.page("unknown.html", status=404)
    return pages.frame(
        found,
        offered.operator,
        key=offered.passes.issue(),
        feedback_days=offered.feedback_days,
        upgrade=offered.settings.hsts,
        assets=offered.assets.prefix,
        known=_publishers(served),
    )


def _publishers(served: Served) -> Collection[str] | None:
    try:
        with served.answerer() as held:
            return held.engine.table.publishers
    except NotReady:
        return None


@_get("/pass")
def renewed(offered: Offered) -> Response:
    """A pass for a frame of opaque origin whose own has expired: no page but those of this very host can read it."""
    return PlainTextResponse(offered.passes.issue())


@_get("/confidentialite")
def privacy(offered: Offered, site: str = "") -> Response:
    """The whole privacy notice; without a site, that of the full page."""
    found = offered.site(site) if site else Site("", (), title="CyberVigie")
    if found is None:
        return pages.page("unknown.html", status=404)
    return pages.page(
        "confidentialite.html", notice=notice(offered.operator, found, feedback_text=offered.settings.feedback_text)
    )


@_get("/accessibilite")
def accessibility(request: Request) -> Response:
    """What was tested of accessibility, what was not, and to whom a defect is told; every page leads here."""
    offered: Widget = request.app.state.widget
    return pages.page("accessibilite.html", operator=offered.operator, state=ACCESSIBILITY)


@_get("/")
def generator(offered: Offered) -> Response:
    """The form that makes the snippet, with its live preview."""
    return pages.page(
        "generateur.html",
        headers={"Content-Security-Policy": pages.policy(frames="'self'")},
        sites=offered.sites,
        loader=offered.loader,
        audiences=AUDIENCES,
        title_max=TITLE_MAX,
        greeting_max=GREETING_MAX,
        default_colour=DEFAULT_COLOUR,
        service_url=offered.operator.service_url if offered.operator else "",
        operator=offered.operator,
    )


@_get("/demo")
def demo(offered: Offered, request: Request, site: str = "") -> Response:
    """A page as an integrator's could be, with the loader. Chosen texts are shown to the generator's own frame only:
    a link must not make this host say what somebody else wrote.
    """
    found = offered.site(site or offered.sites[0].id)
    if found is None:
        return pages.page("unknown.html", status=404)
    asked = request.query_params if _from_generator(request) else {}
    attributes = {
        "title": asked.get("title", found.title)[:TITLE_MAX],
        "color": asked.get("color", found.colour)[:7],
        "position": asked.get("position", found.position),
        "audience": asked.get("audience", ""),
        "publishers": asked.get("publishers", ""),
        "greeting": asked.get("greeting", "")[:GREETING_MAX],
    }
    if attributes["position"] not in POSITIONS:
        attributes["position"] = found.position
    return pages.page(
        "demo.html",
        headers={"Content-Security-Policy": pages.policy(frames="'self'", ancestors="'self'")},
        site=found,
        attributes={name: value for name, value in attributes.items() if value},
        inline=asked.get("inline") == "1",
    )


def _from_generator(request: Request) -> bool:
    return (request.headers.get("sec-fetch-site"), request.headers.get("sec-fetch-dest")) == ("same-origin", "iframe")
