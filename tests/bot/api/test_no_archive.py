"""A document of which the publisher asks that no copy be shown: cited, described, its whole text not given."""

import dataclasses

import pytest

from bot.answer import Answerer
from ingest.model import Document
from tests.bot.contract import Client


@pytest.fixture
def reserved(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> Document:
    """The first document of the index, as if its page had said "noarchive"."""
    (head,) = answerer.engine.table.heads(offset=0, limit=1)
    found = answerer.engine.table.document(head.id)
    assert found is not None
    marked = dataclasses.replace(found, attributes={**found.attributes, "noarchive": ("1",)})
    monkeypatch.setattr("bot.api.routes._document", lambda held, key: marked)
    return marked


def test_its_text_is_not_given_but_its_address_is(client: Client, reserved: Document) -> None:
    response = client.get(f"/v1/documents/{reserved.id}/text")
    body = response.json()
    assert (response.status_code, body["code"], body["title"]) == (403, "no_archive", "Accès refusé")
    assert reserved.url is not None
    assert body["detail"].endswith(reserved.url)
    assert reserved.text[:200] not in response.text


def test_it_is_still_described(client: Client, reserved: Document) -> None:
    response = client.get(f"/v1/documents/{reserved.id}")
    assert response.status_code == 200
    assert response.json()["title"] == reserved.title


def test_an_address_that_is_no_ordinary_link_is_not_given(
    client: Client, reserved: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = dataclasses.replace(reserved, url="javascript:alert(1)")
    monkeypatch.setattr("bot.api.routes._document", lambda held, key: other)
    detail = client.get(f"/v1/documents/{reserved.id}/text").json()["detail"]
    assert "javascript" not in detail
    assert detail.endswith(reserved.publisher)
