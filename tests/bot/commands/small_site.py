"""A small official site for the tests of the commands: a scripted fetcher, a clock that does not wait, a manifest."""

import hashlib
import os
import signal
import threading
import time
from pathlib import Path

from ingest.crawl.errors import FetchError, Unreachable
from ingest.crawl.model import FetchRequest, Response

HOST = "www.agence.example"
HOME = f"https://{HOST}/"
CONTACT = ("--contact", "numerique@exemple.fr")
MANIFEST = f"""
[[source]]
id = "agence"
publisher = "Agence de l’exemple"
title = "Guides de l’agence"
hosts = ["{HOST}"]
start_urls = ["{HOME}"]
topics = ["sauvegardes"]
licence = "Licence Ouverte 2.0"

[[source]]
id = "fermee"
publisher = "Autre"
title = "Lien seul"
hosts = ["autre.example"]
start_urls = ["https://autre.example/"]
topics = ["sauvegardes"]
licence = "à vérifier"
crawl = false
"""


def page(title: str, words: str, *links: str) -> bytes:
    """An HTML page that says ``words`` in three sentences of its own."""
    anchors = "".join(f'<p>Voir aussi <a href="{link}">la suite de cette fiche du cabinet</a>.</p>' for link in links)
    return (
        f'<!doctype html><html lang="fr"><head><title>{title}</title></head><body><main><h1>{title}</h1>'
        f"<p>La fiche « {title} » explique au cabinet comment {words}, pas à pas et sans mot technique.</p>"
        f"<p>Elle rappelle aussi pourquoi {words} évite bien des pertes à une petite structure de santé.</p>"
        f"{anchors}</main></body></html>"
    ).encode()


class Site:
    """Answers as a site would: a validator by content, 304 when nothing changed, 404 for the rest."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | FetchError] = {
            HOME: page("Accueil de l’agence", "retrouver ses fiches", "/sauvegarde", "/reprise"),
            f"{HOME}sauvegarde": page("Sauvegarder le cabinet", "copier ses dossiers chaque soir"),
            f"{HOME}reprise": page("Reprendre après une panne", "rouvrir son agenda sur papier"),
        }
        self.asked: list[str] = []
        self.agents: list[str] = []
        self.closed = 0
        self.stop_at: str | None = None
        self._guard = threading.Lock()

    def open(self, user_agent: str) -> "Site":
        """As ``open_fetcher``."""
        self.agents.append(user_agent)
        return self

    def fetch(self, request: FetchRequest) -> Response:
        """The reply to a request; the address ``stop_at`` stops the program, once."""
        with self._guard:
            self.asked.append(request.url)
            stopping, self.stop_at = self.stop_at == request.url, None if self.stop_at == request.url else self.stop_at
        if stopping:
            os.kill(os.getpid(), signal.SIGTERM)
        body = self.pages.get(request.url)
        if isinstance(body, FetchError):
            raise body
        if body is None:
            return Response(request.url, 404, {})
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.etag == tag:
            return Response(request.url, 304, {"etag": tag})
        return Response(request.url, 200, {"content-type": "text/html; charset=utf-8", "etag": tag}, body, len(body))

    def close(self) -> None:
        """Counted."""
        self.closed += 1


def slow(url: str) -> Unreachable:
    """A site that does not answer."""
    return Unreachable(url, "réponse trop lente", code="timeout")


class QuickClock:
    """A clock whose pauses take no time, and which never goes back."""

    skipped = 0.0

    def now(self) -> float:
        """Real time, and every pause so far."""
        return time.time() + QuickClock.skipped

    def sleep(self, seconds: float) -> None:
        """Skip it."""
        QuickClock.skipped += max(0.0, seconds)


def write_manifest(folder: Path, text: str = MANIFEST) -> Path:
    """A manifest file."""
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path
