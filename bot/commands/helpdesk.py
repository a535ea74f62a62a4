"""``helpdesk``: drafts for helpdesk tools: settings, trial, and the worker as a process of its own."""

import base64
import os
import secrets
import signal
import tomllib
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from prometheus_client import CollectorRegistry
from rich.markup import escape

from bot.api.observe import configure_logs
from bot.commands.terminal import DataDir, console, fail, settings_from
from bot.helpdesk.config import NAME
from bot.helpdesk.draft import Drafter
from bot.helpdesk.errors import HelpdeskMisset
from bot.helpdesk.hub import Helpdesk
from bot.helpdesk.opening import open_helpdesk
from bot.helpdesk.registry import kinds, template
from bot.helpdesk.trial import trial
from bot.service import Service
from bot.settings import Settings

_BUSY = 4
_DEFAULT_FILE = Path("helpdesk.toml")


def init(
    kind: Annotated[str, typer.Argument(metavar="GENRE", help="Genre de l’outil ; sans lui, la liste.")] = "",
    name: Annotated[str, typer.Option(help="Nom donné à l’outil (a-z, 0-9, -) ; par défaut, son genre.")] = "",
    file: Annotated[Path, typer.Option(help="Fichier de réglages à créer ou à compléter.")] = _DEFAULT_FILE,
) -> None:
    """Écrit les réglages commentés d’un outil, à compléter, et les fichiers de ses secrets, lisibles par vous seul.

    Un secret que CyberVigie peut choisir est tiré au hasard (generic, zammad) ; les autres fichiers sont créés vides.
    """
    if not kind:
        console.print(f"Genres : {', '.join(kinds())}", highlight=False)
        return
    name = name or kind
    if not NAME.fullmatch(name):
        fail(f"nom incorrect : « {name} » ; a-z, 0-9 et « - », 40 caractères au plus", code=2)
    written = template(kind, name)
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    if f"[desks.{name}]" in before:
        fail(f"{file} contient déjà [desks.{name}] ; choisissez un autre --name")
    file.touch(mode=0o600)
    with file.open("a", encoding="utf-8") as opened:
        opened.write(f"\n{written}" if before else written)
    _say(f"{file} : [desks.{name}] ajouté ; complétez-le.")
    for key, called in tomllib.loads(written)["desks"][name].items():
        secret = file.parent / str(called)
        if key.endswith("_file") and key != "ca_file" and not secret.exists():
            made = _random(kind) if key == "secret_file" else ""
            _write_secret(secret, made)
            told = "secret tiré au hasard, à donner aussi à l’outil" if made else f"créé vide ; mettez-y {key}"
            _say(f"{secret} : {told}.")
    _say(f"Ensuite : export CYBERVIGIE_HELPDESK={file.resolve()}, puis : cybervigie helpdesk test {name}")


def _say(line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)


def _random(kind: str) -> str:
    """A signing secret of 32 random bytes, in the writing of the tool; "" where the tool chooses it."""
    if kind == "generic":
        # As Standard Webhooks writes them.
        return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    return secrets.token_hex(32) if kind == "zammad" else ""


def _write_secret(path: Path, content: str) -> None:
    """A new file for its owner only, whatever the umask."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{content}\n" if content else "")


def attempt(
    name: Annotated[str, typer.Argument(metavar="NOM", help="Nom de l’outil dans les réglages.")],
    url: Annotated[
        str, typer.Option(help="Adresse de ce service pour l’outil (https://…) : essaie aussi les appels reçus.")
    ] = "",
    data: DataDir = None,
) -> None:
    """Essaie un outil pas à pas : réglages, signature, composition, identifiants et droits ; n’y laisse rien.

    Code de sortie : 0 si tout va bien, 1 sinon.
    """
    settings = settings_from(data)
    service = Service(settings)
    service.refresh()
    try:
        helpdesk = opened(settings, service)
        if name not in helpdesk.desks:
            fail(f"outil inconnu : « {name} » ; connus : {', '.join(helpdesk.desks)}", code=2)
        console.print("[green]✓[/] Réglages et secrets lus", highlight=False)
        drafter = Drafter(service.answerer, service.contacts, settings.region)
        failed = False
        for check in trial(name, helpdesk.desks[name].desk, drafter, url):
            mark = "[green]✓[/]" if check.ok else "[red]✗[/]"
            told = f"{check.step} : {check.detail}" if check.detail else check.step
            console.print(f"{mark} {escape(told)}", highlight=False, soft_wrap=True)
            if not check.ok and check.advice:
                console.print(f"  → {escape(check.advice)}", highlight=False, soft_wrap=True)
            failed = failed or not check.ok
    finally:
        service.stop()
    if failed:
        raise typer.Exit(1)


def run(data: DataDir = None) -> None:
    """Traite la file d’envoi dans un processus à part, jusqu’à Ctrl-C ; « serve » le fait aussi.

    Code de sortie : 4 si un autre processus la traite déjà.
    """
    settings = settings_from(data)
    configure_logs(settings.log_level)
    service = Service(settings)
    helpdesk = opened(settings, service)
    service.start()

    def stop(_: int, __: FrameType | None) -> None:
        helpdesk.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    console.print(f"Outils : {', '.join(helpdesk.desks)} (Ctrl-C pour arrêter)", highlight=False)
    try:
        worked = helpdesk.work()
    finally:
        service.stop()
        helpdesk.outbox.close()
    if not worked:
        fail("un autre processus traite déjà la file d’envoi ; il n’y a rien à faire de plus", code=_BUSY)


def opened(settings: Settings, service: Service) -> Helpdesk:
    """The helpdesk of the settings. Raises HelpdeskMisset."""
    helpdesk = open_helpdesk(settings, service, CollectorRegistry())
    if helpdesk is None:
        raise HelpdeskMisset(
            "aucun outil d’assistance réglé : écrivez des réglages par « cybervigie helpdesk init », puis donnez leur "
            "fichier par CYBERVIGIE_HELPDESK"
        )
    return helpdesk
