"""Signed webhooks as Standard Webhooks 1.0 writes them (https://www.standardwebhooks.com, symmetric ``v1``).

HMAC-SHA256 over ``id.timestamp.body``, the body byte for byte as it came. Their own Python library (MIT) does the
same arithmetic; it is not used for it tells neither why a call is refused nor lets malformed headers pass without an
error of another kind, and it decodes the body first. The tests hold its vector, and it verifies what we sign.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

from bot.helpdesk.errors import HelpdeskMisset, WebhookRefused
from bot.helpdesk.model import Incoming
from bot.helpdesk.secret import Secret

TOLERANCE_SECONDS = 300
"""Age, and advance, of a call; the five minutes of the reference implementations."""
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_PREFIX = "whsec_"
# The full stop separates what is signed: an id that holds one could pass for another id with another time.
_ID = re.compile(r"[!-\-/-~]{1,256}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURES_MAX = 16
_SIGNATURE_BYTES = 2_048
# Bytes of a key: 24 to 64 by the specification.
_KEY = range(24, 65)


class SigningKeys:
    """One secret, or two during a rotation: what one of them signed is accepted, and both sign what is sent.

    Raises HelpdeskMisset for a secret that is not base64 of 24 to 64 bytes (``whsec_`` before it or not).
    """

    def __init__(self, secrets: Sequence[Secret]) -> None:
        if not 1 <= len(secrets) <= 2:
            raise HelpdeskMisset("un secret de signature est attendu, ou deux pendant un renouvellement")
        self._keys = tuple(Secret(_decoded(secret).hex()) for secret in secrets)

    def verify(self, incoming: Incoming, now: float) -> str:
        """The id of an authentic call. Raises WebhookRefused (``header``, ``time``, ``signature``)."""
        identifier, timestamp, given = _announced(incoming.headers, now)
        # One digest a key, for the body may be long. Every pair is compared: how long it takes does not tell which
        # secret matched.
        macs = [_mac(key, identifier, timestamp, incoming.body) for key in self._keys]
        matches = [hmac.compare_digest(mac, one) for mac in macs for one in given]
        if not any(matches):
            raise _unknown()
        return identifier

    def precheck(self, headers: Mapping[str, str], now: float) -> None:
        """Refuse by its headers alone what :meth:`verify` would refuse. Raises WebhookRefused."""
        _announced(headers, now)

    def headers(self, identifier: str, body: bytes, now: float) -> Mapping[str, str]:
        """The headers that sign a call of ours; ``identifier`` without a full stop."""
        if not _ID.fullmatch(identifier):
            raise ValueError("an id of 1 to 256 visible ASCII characters, without a full stop")
        timestamp = str(int(now))
        macs = (_mac(key, identifier, timestamp, body) for key in self._keys)
        signatures = " ".join(f"v1,{base64.b64encode(mac).decode('ascii')}" for mac in macs)
        return {ID: identifier, TIMESTAMP: timestamp, SIGNATURE: signatures}


def _announced(headers: Mapping[str, str], now: float) -> tuple[str, str, list[bytes]]:
    """Id, time and signatures of a call, as its headers say."""
    identifier, timestamp, signatures = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not _ID.fullmatch(identifier) or not _TIMESTAMP.fullmatch(timestamp) or not signatures:
        raise WebhookRefused("en-têtes de signature absents ou mal formés", code="header")
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        raise WebhookRefused("appel trop ancien ou daté du futur : vérifiez les horloges", code="time")
    given = _given(signatures)
    if not given:
        raise _unknown()
    return identifier, timestamp, given


def _unknown() -> WebhookRefused:
    return WebhookRefused("signature non reconnue : vérifiez le secret", code="signature")


def _decoded(secret: Secret) -> bytes:
    text = secret.reveal().removeprefix(_PREFIX)
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in _KEY:
        raise HelpdeskMisset(
            "secret de signature mal formé : attendu « whsec_ » suivi de 24 à 64 octets en base64 ; « cybervigie "
            "helpdesk init generic » en fait un"
        )
    return key


def _mac(key: Secret, identifier: str, timestamp: str, body: bytes) -> bytes:
    signed = f"{identifier}.{timestamp}.".encode("ascii") + body
    return hmac.new(bytes.fromhex(key.reveal()), signed, hashlib.sha256).digest()


def _given(signatures: str) -> list[bytes]:
    """The well-formed ``v1`` signatures of a header; other versions are passed over."""
    found: list[bytes] = []
    for one in signatures[:_SIGNATURE_BYTES].split(" ")[:_SIGNATURES_MAX]:
        version, _, text = one.partition(",")
        if version != "v1":
            continue
        try:
            found.append(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError):
            continue
    return found
