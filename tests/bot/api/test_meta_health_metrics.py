"""What answers, whether it lives, and how much it did."""

import re
from collections.abc import Callable
from importlib.metadata import version

from prometheus_client.parser import text_string_to_metric_families

from tests.bot.contract import Client

OpenClient = Callable[..., Client]


def test_meta_describes_the_service(client: Client) -> None:
    meta = client.get("/v1/meta").json()
    assert (meta["name"], meta["version"]) == ("CyberVigie", version("cybervigie"))
    assert meta["documents"] == client.get("/v1/documents").json()["total"]
    assert sum(meta["publishers"].values()) == sum(meta["kinds"].values()) == meta["passages"]
    assert set(meta["kinds"]) == {"digest"}
    assert meta["limits"]["question_characters"] == 1_000
    assert "e5-small" in meta["model"]
    assert meta["index"] == client.ask("Faut-il tester ses sauvegardes ?")["index"]
    assert "patient" in meta["notice"]


def test_every_publisher_and_topic_of_meta_can_be_filtered(client: Client) -> None:
    meta = client.get("/v1/meta").json()
    for publisher in meta["publishers"]:
        body = {"query": "données", "filters": {"publishers": [publisher]}}
        assert client.post("/v1/search", json=body).json()["hits"]
    for topic in meta["topics"]:
        assert client.post("/v1/search", json={"query": "données", "filters": {"topics": [topic]}}).json()["hits"]


def test_health_and_readiness(client: Client, without_index: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "detail": None}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["detail"]) == (200, client.get("/v1/meta").json()["index"]["generation"])
    assert without_index.get("/healthz").status_code == 200
    waiting = without_index.get("/readyz")
    assert (waiting.status_code, waiting.json()["code"]) == (503, "not_ready")
    assert waiting.headers["retry-after"]


def test_metrics_count_by_route_and_status(open_client: OpenClient) -> None:
    client = open_client()
    client.ask("Faut-il tester ses sauvegardes ?")
    client.ask("Bonjour")
    client.ask("Quelle est la capitale du Pérou ?")
    client.post("/v1/search", json={"query": "dossier de Mme Durand : conservation"})
    client.ask("Mme Durand peut-elle voir son dossier ?")
    client.get("/v1/documents/canari")
    client.get("/canari?canari=canari")
    client.request("CANARI", "/v1/ask")
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    assert "canari" not in response.text.casefold()
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }
    assert samples["cybervigie_requests_total", ("route", "/v1/ask"), ("status", "200")] == 4
    assert samples["cybervigie_requests_total", ("route", "/v1/documents/{document_id}"), ("status", "404")] == 1
    assert samples["cybervigie_requests_total", ("route", "other"), ("status", "404")] == 1
    assert samples["cybervigie_answers_total", ("reason", "out_of_scope"), ("status", "no_answer")] >= 1
    assert samples["cybervigie_answers_total", ("reason", ""), ("status", "clarify")] >= 1
    # The question and the search.
    assert samples[("cybervigie_masked_questions_total",)] == 2
    assert samples[("cybervigie_ready",)] == 1
    assert samples[("cybervigie_index_documents",)] > 50


def test_metrics_and_documentation_can_be_turned_off(open_client: OpenClient) -> None:
    client = open_client(metrics=False, docs=False)
    for path in ("/metrics", "/docs", "/openapi.json", "/docs/assets/swagger-ui.css"):
        assert client.get(path).status_code == 404, path
    assert client.get("/").status_code == 200


def test_metrics_without_an_index(without_index: Client) -> None:
    assert re.search(r"^cybervigie_ready 0\.0$", without_index.get("/metrics").text, re.MULTILINE)
