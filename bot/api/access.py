"""Which scopes open which addresses, and how the contract says so."""

from typing import Any, Final

from bot.api.problems import responses
from bot.keys.model import Scope

MCP_PATH: Final = "/mcp"
SCHEME: Final = "cle"
_READ = frozenset({Scope.ASK, Scope.SEARCH})
_ANY = frozenset(Scope)
# The first prefix that fits. Either scope of a set is enough.
_RULES: tuple[tuple[str, frozenset[Scope]], ...] = (
    ("/v1/ask", frozenset({Scope.ASK})),
    ("/v1/emergencies", frozenset({Scope.ASK})),
    ("/v1/chat/completions", frozenset({Scope.ASK})),
    ("/v1/models", frozenset({Scope.ASK})),
    ("/v1/search", frozenset({Scope.SEARCH})),
    # What an answer cites must be readable by who may ask.
    ("/v1/documents", _READ),
    ("/v1/citations", _READ),
    ("/v1/feedback", frozenset({Scope.FEEDBACK})),
    ("/v1/helpdesk", frozenset({Scope.HELPDESK})),
    (MCP_PATH, _READ),
)
SIGNED: Final = "/v1/helpdesk"
"""Below it a webhook proves itself by its signature: a route lets in who has no key, or asks for one itself."""
OPEN: Final = frozenset({Scope.ASK, Scope.SEARCH, Scope.FEEDBACK})
"""What needs no key, unless the operator closes the API."""


PUBLIC: Final = frozenset({"/", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics"})
PUBLIC_BELOW: Final = ("/docs/", "/static/", "/static-", "/widget/")
"""Where keys play no part: pages and their files, health, measures. Whatever is in neither list asks for a key where
the operator closed the API, so that an address that nobody thought of is closed as well."""


def scopes_of(path: str) -> frozenset[Scope] | None:
    """The scopes of which one opens a path (``bot.api.paths.route_path``); None where keys play no part."""
    if path in PUBLIC or path.startswith(PUBLIC_BELOW):
        return None
    for prefix, scopes in _RULES:
        if path == prefix or path.startswith(f"{prefix}/"):
            return scopes
    return _ANY


def declare(contract: dict[str, Any], *, anonymous: bool) -> None:
    """Write into an OpenAPI contract the key, the scope of each operation, and the refusals.

    OpenAPI 3.1 lets the requirement of any scheme name roles: here, the scopes of which one is needed.
    """
    contract["components"].setdefault("securitySchemes", {})[SCHEME] = {
        "type": "http",
        "scheme": "bearer",
        "description": (
            "Clé créée par l’exploitant (`cybervigie keys create`), dans l’en-tête `Authorization: Bearer cv_…` "
            "seulement, jamais dans une adresse."
            + (" Sans clé, les limites par adresse s’appliquent." if anonymous else "")
        ),
    }
    refusals = {str(status): entry for status, entry in responses(400, 401, 403, 429, 503).items()}
    for path, operations in contract["paths"].items():
        scopes = scopes_of(path)
        if scopes is None:
            continue
        names: list[list[str]] = [[]] if scopes == _ANY else [[scope.value] for scope in sorted(scopes)]
        free = path.startswith(f"{SIGNED}/") or (anonymous and (scopes == _ANY or bool(scopes & OPEN)))
        for operation in operations.values():
            operation["security"] = [*([{}] if free else []), *({SCHEME: roles} for roles in names)]
            for status, entry in refusals.items():
                operation["responses"].setdefault(status, entry)
