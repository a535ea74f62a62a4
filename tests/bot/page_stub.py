"""A server on the loopback that serves the real page and canned replies of ``/v1/ask``."""

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parents[2] / "bot" / "static"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


@dataclass
class Reply:
    """What ``/v1/ask`` sends: a body (text as it is, anything else as JSON), later, or a cut connection."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    cut: bool = False


class Stub:
    """``answer`` decides the reply from the request; ``asked`` holds the requests received."""

    def __init__(self) -> None:
        self.answer: Callable[[dict[str, Any]], Reply] = lambda _request: Reply(answered())
        self.asked: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"stub": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> "Stub":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def says(self, reply: Reply) -> None:
        """Send this reply from now on."""
        self.asked.clear()
        self.answer = lambda _request: reply


class _Handler(BaseHTTPRequestHandler):
    stub: Stub

    def do_GET(self) -> None:
        name = "index.html" if self.path == "/" else self.path.removeprefix("/static/")
        path = STATIC / name
        if path.parent != STATIC or not path.is_file():
            self._send(404, "text/plain", b"")
            return
        self._send(200, TYPES[path.suffix], path.read_bytes())

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.stub.asked.append(request)
        reply = self.stub.answer(request)
        time.sleep(reply.delay)
        if reply.cut:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        body = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        kind = "application/json" if reply.status == 200 else "application/problem+json"
        self._send(reply.status, kind, body.encode(), reply.headers)

    def _send(self, status: int, media_type: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in {
                "Content-Type": media_type,
                "Content-Length": str(len(body)),
                "Content-Security-Policy": CSP,
                "X-Content-Type-Options": "nosniff",
                **(headers or {}),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the page gave up waiting

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def citation(marker: int, quote: str, **changes: Any) -> dict[str, Any]:
    """An official citation of article 33 of the GDPR, with changes."""
    return {
        "marker": marker,
        "quote": quote,
        "publisher": "Union européenne",
        "title": "Règlement (UE) 2016/679 (RGPD)",
        "url": "https://eur-lex.europa.eu/legal-content/FR/TXT/?uri=CELEX:32016R0679",
        "deep_link": "https://eur-lex.europa.eu/legal-content/FR/TXT/?uri=CELEX:32016R0679#art_33",
        "section": "Article 33",
        "page": None,
        "page_label": None,
        "document_date": "2016-04-27",
        "retrieved_at": "2026-10-12T08:00:00Z",
        "document_id": "d1",
        "passage_id": "p1",
        "start": 0,
        "end": len(quote),
        "kind": "official",
    } | changes


def body(status: str, answer: str, *citations: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The JSON of an answer."""
    return {
        "id": "a1",
        "status": status,
        "reason": None,
        "answer": answer,
        "citations": list(citations),
        "confidence": 0.8,
        "notices": [],
        "suggestions": [],
        "related": [],
        "index": {"generation": "g1", "built_at": "2026-11-03T06:00:00Z"},
        "generated": False,
        "timings_ms": {},
    } | changes


RGPD_QUOTE = (
    "En cas de violation de données à caractère personnel, le responsable du traitement en notifie la violation en "
    "question à l'autorité de contrôle compétente conformément à l'article 55, dans les meilleurs délais et, si "
    "possible, 72 heures au plus tard après en avoir pris connaissance, à moins que la violation en question ne soit "
    "pas susceptible d'engendrer un risque pour les droits et libertés des personnes physiques."
)
DIGEST_QUOTE = (
    "Toute violation, même non notifiée, est documentée en interne :\n"
    "- la nature de la violation ;\n"
    "- le nombre approximatif de personnes et d’enregistrements concernés ;\n"
    "- les conséquences probables et les mesures prises."
)
STEPS = (
    "1. Coupez le réseau : câble débranché, Wi-Fi désactivé. N’éteignez pas l’ordinateur.\n"
    "2. Débranchez les sauvegardes (disque externe, clé).\n"
    "3. Ne payez pas la rançon.\n"
    "4. Prévenez votre prestataire informatique et photographiez l’écran.\n"
    "5. Faites-vous aider sur 17cyber.gouv.fr (en ligne, gratuit, 24 h/24).\n"
    "6. Ne réinstallez rien avant d’avoir conservé les preuves et déposé plainte."
)


def answered() -> dict[str, Any]:
    """Two sources: an official page of today's law, and our own summary of an old PDF."""
    answer = f"Délai de notification :\n« {RGPD_QUOTE} » [1]\n\nÀ garder au cabinet :\n« {DIGEST_QUOTE} » [2]"
    digest = citation(
        2,
        DIGEST_QUOTE,
        publisher="CNIL",
        title="Notifier une violation de données personnelles",
        url="https://www.cnil.fr/sites/default/files/atoms/files/guide.pdf",
        deep_link="https://www.cnil.fr/sites/default/files/atoms/files/guide.pdf#page=12",
        section="Documenter la violation",
        page=12,
        page_label="10",
        document_date="2018",
        kind="digest",
    )
    return body(
        "answered",
        answer,
        citation(1, RGPD_QUOTE, document_date="2025-06-18"),
        digest,
        suggestions=["Dois-je prévenir les patients concernés ?"],
    )


def emergency() -> dict[str, Any]:
    """Numbered steps of a digest."""
    return body(
        "emergency",
        f"« {STEPS} » [1]",
        citation(
            1,
            STEPS,
            publisher="Cybermalveillance.gouv.fr",
            title="Fiche réflexe : les rançongiciels (ransomwares)",
            url="https://www.cybermalveillance.gouv.fr/tous-nos-contenus/fiches-reflexes/rancongiciels-ransomwares",
            deep_link=None,
            section="Les premiers gestes",
            document_date=None,
            kind="digest",
        ),
        notices=[
            {
                "code": "breach",
                "text": "Des dossiers inaccessibles sont une violation de données : la CNIL est à prévenir "
                "dans les 72 heures s’il y a un risque pour les patients.",
            }
        ],
    )


def no_answer() -> dict[str, Any]:
    """Nothing found, two pages near the question."""
    return body(
        "no_answer",
        "Les textes officiels dont je dispose ne répondent pas à cette question.",
        reason="nothing_found",
        suggestions=["Combien de temps garder un dossier ?", "Qui prévenir après un vol ?"],
        related=[
            {
                "title": "RGPD et professionnels de santé libéraux",
                "publisher": "CNIL",
                "url": "https://www.cnil.fr/fr/rgpd",
                "document_id": "d4",
            },
            {"title": "Règlement intérieur", "publisher": "Votre structure", "url": None, "document_id": "d5"},
        ],
    )


def clarify() -> dict[str, Any]:
    """Two meanings."""
    return body(
        "clarify",
        "De quel délai s’agit-il ?",
        suggestions=["Délai pour prévenir la CNIL", "Délai pour remettre un dossier au patient"],
    )


STATES = {"answered": answered, "emergency": emergency, "no_answer": no_answer, "clarify": clarify}
