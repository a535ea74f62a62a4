"""``serve``: the API and the chat page."""

import errno
import ipaddress
import socket
from typing import Annotated

import typer
import uvicorn

from bot.api.app import create_app
from bot.api.observe import configure_logs
from bot.api.protocol import CONNECTIONS_MAX, Protocol
from bot.commands.terminal import DataDir, console, fail, settings_from
from bot.service import Service
from bot.settings import Settings
from bot.widget.loader import current, keep
from bot.widget.sites import load_sites
from ingest.system_words import system_words


def serve(
    host: Annotated[str | None, typer.Option(help="Adresse d’écoute (CYBERVIGIE_HOST, sinon 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port (CYBERVIGIE_PORT, sinon 8000).")] = None,
    rate_per_minute: Annotated[
        int | None, typer.Option(min=0, help="Questions par minute et par adresse ; 0 : sans limite.")
    ] = None,
    data: DataDir = None,
) -> None:
    """Sert l’API et la page de discussion ; un nouvel index est pris en compte sans redémarrer."""
    settings = settings_from(data)
    given = {"host": host, "port": port, "rate_per_minute": rate_per_minute}
    settings = settings.model_copy(update={name: value for name, value in given.items() if value is not None})
    _check_widget(settings)
    listening = _listen(settings)
    configure_logs(settings.log_level)
    service = Service(settings)
    address = listening.getsockname()
    shown = f"[{address[0]}]" if ":" in address[0] else address[0]
    console.print(f"CyberVigie : http://{shown}:{address[1]}/ (Ctrl-C pour arrêter)", highlight=False)
    config = uvicorn.Config(
        create_app(settings, service),
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies) or None,
        http=Protocol,
        ws="none",
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=16 * 1024,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _check_widget(settings: Settings) -> None:
    """Refuse to offer the widget to the public with a faulty file of sites or blanks in the operator's fields."""
    if settings.sites is None:
        if not _is_loopback(settings.host):
            cause = f"la page est ouverte au réseau ({settings.host}) sans exploitant ni notice d’information"
            cure = "pour la proposer à d’autres, remplissez un fichier des sites (CYBERVIGIE_SITES, docs/widget.md)"
            typer.secho(f"cybervigie : {cause} ; {cure}", fg="yellow", err=True)
        return
    load_sites(settings.sites)
    if not settings.anonymous:
        fail("CYBERVIGIE_ANONYMOUS=false demande une clé, que les sites n’ont pas : retirez l’un des deux", code=2)
    if not keep(settings.loaders_dir, current()):
        cause = f"chargeur non gardé dans {settings.loaders_dir} (vérifiez les droits)"
        effect = "une mise à jour le retirera des pages qui le figent"
        typer.secho(f"cybervigie : {cause} : {effect}", fg="yellow", err=True)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(settings: Settings) -> socket.socket:
    """The listening socket, opened before anything is loaded, so that a busy port is known at once."""
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        # With its protocol named: asyncio sets TCP_NODELAY only then; without, a reply may wait 40 ms.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except socket.gaierror:
        fail(f"adresse d’écoute inconnue : « {settings.host} » ; essayez 127.0.0.1", code=2)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        # Listening at once: a second server is told now, and early clients wait instead of being refused.
        listening.listen(CONNECTIONS_MAX)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            fail(f"le port {settings.port} est déjà pris ; choisissez-en un autre : --port 8001 (ou CYBERVIGIE_PORT)")
        if error.errno == errno.EACCES:
            fail(f"le port {settings.port} demande des droits particuliers ; choisissez-en un au-dessus de 1024")
        fail(f"impossible d’écouter sur {settings.host}:{settings.port} ({system_words(error)})")
    listening.set_inheritable(True)
    return listening
