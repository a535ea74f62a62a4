"""Whether a webhook really comes from its tool, for the tools that sign in a way of their own.

All compare in constant time, over the bytes of the body as they came, and accept a second secret during a rotation.
"""

import base64
import hmac
import json
from collections.abc import Sequence

from bot.helpdesk.config import DeskConfig
from bot.helpdesk.errors import WebhookRefused
from bot.helpdesk.fields import Fields
from bot.helpdesk.model import Incoming
from bot.helpdesk.secret import Secret

TOLERANCE_SECONDS = 300
"""Age, and advance, of a call that carries its time."""
_HEADER_MAX = 512


def webhook_secrets(config: DeskConfig) -> tuple[Secret, ...]:
    """``secret_file`` and ``previous_secret_file``, as far as they are given. Raises HelpdeskMisset."""
    found = (config.optional_secret("secret_file"), config.optional_secret("previous_secret_file"))
    if found[1] is not None and found[0] is None:
        raise config.misset("previous_secret_file", "sans secret_file ; donnez d’abord le secret en service")
    return tuple(one for one in found if one is not None)


def header(incoming: Incoming, name: str) -> str:
    """The value of a header that must be there. Raises WebhookRefused (``header``)."""
    value = incoming.headers.get(name, "")
    if not 0 < len(value) <= _HEADER_MAX:
        raise WebhookRefused("en-tête absent ou trop long : vérifiez les réglages du webhook", code="header")
    return value


def check_signature(given: str, secrets: Sequence[Secret], signed: bytes, algorithm: str) -> None:
    """``given`` must be the HMAC of ``signed`` in lower-case hexadecimal, by one of the secrets.

    Raises WebhookRefused (``signature``).
    """
    matches = [Secret(signature(secret, signed, algorithm)).equals(given) for secret in secrets]
    if not any(matches):
        raise WebhookRefused("signature non reconnue : vérifiez le secret", code="signature")


def signature(secret: Secret, signed: bytes, algorithm: str) -> str:
    """The HMAC in lower-case hexadecimal."""
    return hmac.new(secret.reveal().encode(), signed, algorithm).hexdigest()


def check_basic(incoming: Incoming, credentials: Secret) -> None:
    """HTTP Basic (RFC 7617) with ``name:password``. Raises WebhookRefused (``header``, ``signature``)."""
    if not Secret(basic(credentials)).equals(header(incoming, "authorization")):
        raise WebhookRefused("nom ou mot de passe du webhook non reconnu", code="signature")


def basic(credentials: Secret) -> str:
    """The header of HTTP Basic."""
    return "Basic " + base64.b64encode(credentials.reveal().encode()).decode("ascii")


def check_time(value: str, now: float, tolerance: float = TOLERANCE_SECONDS) -> None:
    """``value``: Unix seconds, at most ``tolerance`` from ``now``. Raises WebhookRefused (``header``, ``time``)."""
    if not (value.isascii() and value.isdigit() and len(value) <= 12):
        raise WebhookRefused("heure de l’appel mal formée", code="header")
    if abs(now - int(value)) > tolerance:
        raise WebhookRefused("appel trop ancien ou daté du futur : vérifiez les horloges", code="time")


def body_object(incoming: Incoming) -> Fields:
    """The JSON object of the body. Raises WebhookRefused (``body``)."""
    try:
        found = json.loads(incoming.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise WebhookRefused("le corps de l’appel n’est pas un objet JSON", code="body")
    return Fields(found)
