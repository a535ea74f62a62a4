"""Standard Webhooks: their vector, and every way of getting it wrong."""

import base64

import pytest

from bot.helpdesk import signature
from bot.helpdesk.errors import HelpdeskMisset, WebhookRefused
from bot.helpdesk.model import Incoming
from bot.helpdesk.secret import Secret
from bot.helpdesk.signature import TOLERANCE_SECONDS, SigningKeys

from .helpdesks import OTHER_SECRET, SECRET

# The vector of the reference implementations' own tests ("sign function works").
IDENTIFIER = "msg_p5jXN8AQM9LWM0D4loKWxJek"
MOMENT = 1_614_265_330
BODY = b'{"test": 2432232314}'
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def keys(*secrets: str) -> SigningKeys:
    return SigningKeys([Secret(one) for one in secrets or (SECRET,)])


def call(**changed: str) -> Incoming:
    headers = {"webhook-id": IDENTIFIER, "webhook-timestamp": str(MOMENT), "webhook-signature": SIGNED}
    return Incoming({**headers, **{name.replace("_", "-"): value for name, value in changed.items()}}, BODY)


def test_the_published_vector_is_made_and_read() -> None:
    assert keys().headers(IDENTIFIER, BODY, MOMENT + 0.9)["webhook-signature"] == SIGNED
    assert keys().verify(call(), MOMENT) == IDENTIFIER


def test_a_secret_needs_neither_prefix_nor_padding() -> None:
    assert keys(SECRET.removeprefix("whsec_")).verify(call(), MOMENT) == IDENTIFIER
    padded = base64.b64encode(b"a" * 25).decode()
    assert padded.endswith("=")
    bare = keys(padded.rstrip("="))
    assert keys(padded).verify(Incoming(bare.headers("m1", b"x", MOMENT), b"x"), MOMENT) == "m1"


@pytest.mark.parametrize("age", [-TOLERANCE_SECONDS, TOLERANCE_SECONDS])
def test_five_minutes_are_accepted_either_way(age: int) -> None:
    assert keys().verify(call(), MOMENT + age) == IDENTIFIER


@pytest.mark.parametrize("age", [-TOLERANCE_SECONDS - 1, TOLERANCE_SECONDS + 1, 86_400, -86_400])
def test_more_is_not(age: int) -> None:
    with pytest.raises(WebhookRefused) as refused:
        keys().verify(call(), MOMENT + age)
    assert refused.value.code == "time"


@pytest.mark.parametrize("at", range(len(BODY)))
def test_any_altered_byte_is_refused(at: int) -> None:
    altered = BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :]
    with pytest.raises(WebhookRefused) as refused:
        keys().verify(Incoming(call().headers, altered), MOMENT)
    assert refused.value.code == "signature"


@pytest.mark.parametrize(
    "body", [b'{"test":2432232314}', b'{"test": 2432232314}\n', b"", b'\xef\xbb\xbf{"test": 2432232314}', b"\xff\xfe"]
)
def test_the_same_json_written_otherwise_is_refused(body: bytes) -> None:
    with pytest.raises(WebhookRefused, match="signature"):
        keys().verify(Incoming(call().headers, body), MOMENT)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, "", " ", "é", "a\nb", "x" * 4_000])
def test_a_missing_or_malformed_header_is_refused(name: str, value: str | None) -> None:
    headers = {**call().headers, name: value}
    given = {key: one for key, one in headers.items() if one is not None}
    with pytest.raises(WebhookRefused) as refused:
        keys().verify(Incoming(given, BODY), MOMENT)
    assert refused.value.code in {"header", "signature"}


@pytest.mark.parametrize("timestamp", ["1614265330.0", "+1614265330", "1e9", "nan", "-1614265330", "١٦١٤٢٦٥٣٣٠"])
def test_a_time_is_a_whole_number(timestamp: str) -> None:
    with pytest.raises(WebhookRefused) as refused:
        keys().verify(call(webhook_timestamp=timestamp), MOMENT)
    assert refused.value.code == "header"


@pytest.mark.parametrize(
    "given",
    [
        SIGNED.removeprefix("v1,"),
        SIGNED.replace("v1,", "v2,"),
        SIGNED.replace("v1,", "v1a,"),
        SIGNED.replace("v1,", "V1,"),
        SIGNED[:-2],
        SIGNED.replace("=", ""),
        "v1,",
        "v1",
        ",",
        "v1,é",
        " ".join(["v1,AAAA"] * 16 + [SIGNED]),
    ],
)
def test_another_or_a_malformed_signature_is_refused(given: str) -> None:
    with pytest.raises(WebhookRefused) as refused:
        keys().verify(call(webhook_signature=given), MOMENT)
    assert refused.value.code == "signature"


def test_the_right_signature_is_found_among_others() -> None:
    assert keys().verify(call(webhook_signature=f"v2,abc v1,AAAA nonsense {SIGNED}"), MOMENT) == IDENTIFIER


def test_many_signatures_cost_one_digest_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    both = keys(SECRET, OTHER_SECRET)
    made: list[int] = []
    mac = signature._mac
    monkeypatch.setattr(signature, "_mac", lambda *given: made.append(1) or mac(*given))
    many = " ".join([f"v1,{base64.b64encode(bytes([n]) * 32).decode()}" for n in range(15)] + [SIGNED])
    assert both.verify(call(webhook_signature=many), MOMENT) == IDENTIFIER
    assert len(made) == 2
    for refused in (call(webhook_signature="v2,abc"), call(webhook_timestamp="1"), call(webhook_id="")):
        with pytest.raises(WebhookRefused):
            both.verify(refused, MOMENT)
        with pytest.raises(WebhookRefused):
            both.precheck(refused.headers, MOMENT)
    both.precheck(call().headers, MOMENT)
    assert len(made) == 2


def test_an_id_cannot_borrow_from_the_time() -> None:
    # "a.5" signed at 6 and "a" signed at 5 with a body that begins with "6." would be the same bytes.
    with pytest.raises(WebhookRefused) as refused:
        keys().verify(call(webhook_id="msg.1614265330"), MOMENT)
    assert refused.value.code == "header"


def test_a_wrong_secret_is_refused() -> None:
    with pytest.raises(WebhookRefused, match="signature"):
        keys(OTHER_SECRET).verify(call(), MOMENT)


def test_during_a_rotation_both_secrets_count_and_both_sign() -> None:
    both, old, new = keys(SECRET, OTHER_SECRET), keys(SECRET), keys(OTHER_SECRET)
    for signer in (old, new):
        assert both.verify(Incoming(signer.headers("m1", b"x", MOMENT), b"x"), MOMENT) == "m1"
    sent = Incoming(both.headers("m2", b"y", MOMENT), b"y")
    assert old.verify(sent, MOMENT) == new.verify(sent, MOMENT) == "m2"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_YWJj", "pas du base64 !", "whsec_" + "QUJD" * 30])
def test_a_secret_is_base64_of_24_to_64_bytes(secret: str) -> None:
    with pytest.raises(HelpdeskMisset) as refused:
        keys(secret)
    assert not secret or len(secret) < 8 or secret not in str(refused.value)


def test_one_or_two_secrets() -> None:
    for secrets in ([], [Secret(SECRET)] * 3):
        with pytest.raises(HelpdeskMisset):
            SigningKeys(secrets)
