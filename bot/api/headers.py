"""Security headers on every response, whatever its status (``raw ASGI``: no route can forget them)."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.paths import route_path

API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_OWN = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'"
_CLOSED = (
    "base-uri 'none'; form-action 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


def page_policy(*, frames: str = "", ancestors: str = "'none'") -> str:
    """The content security policy of a page; ``frames``: what it may frame, ``ancestors``: who may frame it."""
    framed = f"frame-src {frames}; " if frames else ""
    return f"{_OWN}; {framed}frame-ancestors {ancestors}; {_CLOSED}"


PAGE_POLICY = page_policy()
# The interactive documentation is a third-party page: it writes styles and innerHTML, but loads nothing from
# elsewhere.
DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
API_HEADERS = {**_COMMON, "Content-Security-Policy": API_POLICY, "Cache-Control": "no-store"}
WIDGET = "/widget/"
SHEETS = "/v1/emergencies"
"""Public, the same for everyone, with a tag: what may be kept, if it is asked again each time."""
STATIC = ("/static/", "/static-")
"""The page's files, and the frame's, whose address holds a digest of them."""
# The page's own files, the same for everyone: a frame sandboxed in an opaque origin is another origin to them.
_STATIC = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
_NOTHING = Headers()
HSTS = "max-age=63072000; includeSubDomains"


class SecurityHeaders:
    """Adds the headers of the kind of path: page, documentation, or API."""

    def __init__(self, app: ASGIApp, *, hsts: bool, page: frozenset[str], docs: str) -> None:
        self._app = app
        self._hsts = hsts
        self._page = page
        self._docs = docs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add headers to the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = route_path(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # The widget's routes know who may frame and include them; whatever they leave unsaid is as elsewhere.
                said = headers if path.startswith(WIDGET) or path == SHEETS else _NOTHING
                for name, value in _COMMON.items():
                    if name not in said:
                        headers[name] = value
                if "Content-Security-Policy" not in said:
                    headers["Content-Security-Policy"] = self._policy(path)
                if "frame-ancestors 'none'" not in headers["Content-Security-Policy"]:
                    # It knows no list of sites, and would contradict the policy.
                    del headers["X-Frame-Options"]
                if path.startswith(STATIC):
                    headers.update(_STATIC)
                if not path.startswith((*STATIC, f"{self._docs}/")) and "Cache-Control" not in said:
                    headers["Cache-Control"] = "no-store"
                elif "Cache-Control" not in headers:
                    headers["Cache-Control"] = "no-cache"
                if self._hsts:
                    headers["Strict-Transport-Security"] = HSTS
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _policy(self, path: str) -> str:
        if path in self._page or path.startswith(STATIC):
            return PAGE_POLICY
        if path == self._docs or path.startswith(f"{self._docs}/"):
            return DOCS_POLICY
        return API_POLICY
