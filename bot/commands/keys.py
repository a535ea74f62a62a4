"""``keys``: the keys of programs. A secret is printed once, alone on standard output, and kept as a digest only."""

import json
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.markup import escape

from bot.commands.terminal import DataDir, console, count, errors, grouped, listing, settings_from
from bot.keys.keyring import Keyring
from bot.keys.model import Issued, Key, Scope
from bot.keys.store import KeyFile
from bot.settings import Settings

KeyId = Annotated[str, typer.Argument(metavar="IDENTIFIANT", help="Identifiant de la clé, donné par « keys list ».")]
Days = Annotated[int, typer.Option(help="Durée de validité en jours ; 0 : sans fin.")]


def create(
    name: Annotated[str, typer.Argument(metavar="NOM", help="À quoi sert la clé : « GLPI de la CPTS Nord ».")],
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="Droit ouvert, à répéter : ask, search, feedback, helpdesk, admin (tous)."),
    ] = None,
    days: Days = 365,
    per_minute: Annotated[int, typer.Option(min=0, help="Appels par minute ; 0 : sans limite.")] = 120,
    per_day: Annotated[int, typer.Option(min=0, help="Appels par jour (UTC) ; 0 : sans limite.")] = 10_000,
    data: DataDir = None,
) -> None:
    """Crée une clé et l’affiche, une seule fois ; par défaut, elle permet de questionner et de chercher."""
    scopes = scope or [Scope.ASK, Scope.SEARCH]
    issued = keyring(settings_from(data)).create(name, scopes, days=days, per_minute=per_minute, per_day=per_day)
    _show(issued)


def rotate(
    key: KeyId,
    overlap_hours: Annotated[int, typer.Option(min=0, help="Heures pendant lesquelles l’ancienne reste valable.")] = 24,
    days: Days = 365,
    data: DataDir = None,
) -> None:
    """Donne à une clé un nouveau secret ; l’ancien reste valable le temps de le remplacer partout."""
    _show(keyring(settings_from(data)).rotate(key, overlap=timedelta(hours=overlap_hours), days=days))
    if overlap_hours:
        told = f"L’ancien secret reste valable {count(overlap_hours, 'heure')} encore (ou jusqu’à sa fin, plus proche)"
        errors.print(f"{told} : remplacez-le partout d’ici là.", highlight=False, soft_wrap=True)
    else:
        errors.print("L’ancien secret n’est plus valable.", highlight=False, soft_wrap=True)


def revoke(key: KeyId, data: DataDir = None) -> None:
    """Refuse une clé dès maintenant, dans tous les serveurs qui partagent le dossier des données."""
    done = keyring(settings_from(data)).file.revoke(key)
    console.print(f"Clé {escape(key)} révoquée." if done else f"La clé {escape(key)} l’était déjà.", highlight=False)


def keys(
    as_json: Annotated[bool, typer.Option("--json", help="Une ligne JSON par clé.")] = False, data: DataDir = None
) -> None:
    """Liste les clés : droits, état, quotas, dernier jour d’usage ; jamais leur secret."""
    ring = keyring(settings_from(data))
    found, now = ring.file.keys(), ring.file.now()
    if as_json:
        for key in found:
            typer.echo(json.dumps(_fields(key, now), ensure_ascii=False))
        return
    columns = ("identifiant", "nom", "droits", "état", "fin", "dernier usage", "aujourd’hui", "par minute", "par jour")
    rows = []
    for key in found:
        told = _fields(key, now)
        rows.append(
            [
                key.id,
                escape(key.name),
                " ".join(sorted(key.scopes)),
                _STATES[str(told["state"])],
                key.expires_at.date().isoformat() if key.expires_at else "sans fin",
                key.last_used.isoformat() if key.last_used else "jamais",
                *(grouped(number) for number in (key.used_today, key.per_minute, key.per_day)),
            ]
        )
    listing(console, count(len(found), "clé"), columns, rows, numbers=3)


_STATES = {
    "active": "en service",
    "rotating": "en service, remplacée",
    "expired": "[yellow]expirée[/]",
    "revoked": "[red]révoquée[/]",
}


def keyring(settings: Settings) -> Keyring:
    """The keys of a data folder."""
    return Keyring(KeyFile(settings.keys_path), settings.pepper_path)


def _fields(key: Key, now: datetime) -> dict[str, object]:
    state = "rotating" if key.secrets > 1 else "active"
    if key.expires_at is not None and key.expires_at <= now:
        state = "expired"
    if key.revoked_at is not None:
        state = "revoked"
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "state": state,
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "last_used": key.last_used.isoformat() if key.last_used else None,
        "used_today": key.used_today,
        "per_minute": key.per_minute,
        "per_day": key.per_day,
    }


def _show(issued: Issued) -> None:
    key = issued.key
    end = f"jusqu’au {key.expires_at.date().isoformat()}" if key.expires_at else "sans fin"
    errors.print(
        f"Clé {key.id} ({escape(key.name)}), droits : {' '.join(sorted(key.scopes))}, valable {end}. Elle n’est "
        "montrée qu’une fois : rangez-la dans un coffre de secrets, jamais dans une adresse, un courriel ou un dépôt.",
        highlight=False,
        soft_wrap=True,
    )
    typer.echo(issued.token)
