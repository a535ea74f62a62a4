"""Every route of the widget and every status: headers, policies, what is told, what is not repeated."""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from bot.api.app import create_app
from bot.api.headers import API_POLICY
from bot.service import Service
from bot.settings import Settings
from bot.widget.loader import Loader, current, keep
from bot.widget.model import Sites
from bot.widget.pages import policy
from bot.widget.sites import load_sites, read_sites
from bot.widget.watch import SitesInForce
from tests.bot.contract import Client

from .sites_files import SITE, write

OpenClient = Callable[..., Client]
PINNED = current().name
FRAMED = policy(ancestors="'self' https://www.agence.example")
CLOSED = policy()
CASES: tuple[tuple[str, int, str], ...] = (
    ("/widget/v1.js", 200, API_POLICY),
    (f"/widget/{PINNED}", 200, API_POLICY),
    ("/widget/v1.0123456789abcdef.js", 404, API_POLICY),
    ("/widget/v2.js", 404, API_POLICY),
    ("/widget/frame?site=portail", 200, FRAMED),
    ("/widget/frame?site=inconnu", 404, CLOSED),
    ("/widget/frame?site=..%2Fportail", 404, CLOSED),
    ("/widget/frame", 404, CLOSED),
    ("/widget/confidentialite?site=portail", 200, CLOSED),
    ("/widget/confidentialite?site=%3Cscript%3E", 404, CLOSED),
    ("/widget/confidentialite", 200, CLOSED),
    ("/widget/accessibilite", 200, CLOSED),
    ("/widget/pass", 200, API_POLICY),
    ("/widget/", 200, policy(frames="'self'")),
    ("/widget/demo", 200, policy(frames="'self'", ancestors="'self'")),
    ("/widget/demo?site=inconnu", 404, CLOSED),
    ("/widget/absent", 404, API_POLICY),
    ("/widget/..%2f..%2fpyproject.toml", 404, API_POLICY),
)


@pytest.fixture(scope="module")
def public(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The API as an operator offers it to the public."""
    extra = 'title = "Cyber"\nprivacy_url = "https://www.agence.example/p"\n'
    sites = write(tmp_path_factory.mktemp("routes"), SITE + extra)
    with Client(create_app(Settings(data_dir=Path("nowhere"), sites=sites, rate_per_minute=0), service)) as opened:
        yield opened


@pytest.mark.parametrize(("path", "status", "expected"), CASES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_every_route_and_status(public: Client, method: str, path: str, status: int, expected: str) -> None:
    # A refusal of HEAD has no problem to read: outside the contract of the API.
    ask = super(Client, public).request if method == "HEAD" else public.request
    response = ask(method, path, **({"json": {}} if method == "POST" else {}))
    if method == "POST":
        status, expected = (405 if "absent" not in path and "%2f" not in path and "v2" not in path else 404), API_POLICY
    assert response.status_code == status
    headers = response.headers
    assert headers["content-security-policy"] == expected
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers.get("x-frame-options") == ("DENY" if "frame-ancestors 'none'" in expected else None)
    script = method != "POST" and status == 200 and ".js" in path
    frame = expected == FRAMED
    # A pinned version that is gone is read too: the console of the site then says 404, not CORS.
    readable = script or (method != "POST" and path.startswith("/widget/v1."))
    assert headers["cross-origin-resource-policy"] == ("cross-origin" if readable or frame else "same-origin")
    assert headers.get("access-control-allow-origin") == ("*" if readable else None)
    assert ("no-store" in headers["cache-control"]) == (not script)
    assert "set-cookie" not in headers
    if status >= 400:
        assert "portail" not in response.text
        assert "<script>" not in response.text


def test_the_loader_is_asked_again_and_its_pinned_name_never(public: Client) -> None:
    newest, pinned = public.get("/widget/v1.js"), public.get(f"/widget/{PINNED}")
    assert newest.content == pinned.content == current().content
    assert newest.headers["content-type"].startswith("text/javascript")
    assert "must-revalidate" in newest.headers["cache-control"]
    assert "immutable" in pinned.headers["cache-control"]
    again = public.get("/widget/v1.js", headers={"if-none-match": newest.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["access-control-allow-origin"] == "*"


def test_a_version_that_is_gone_says_what_to_do(public: Client) -> None:
    problem = public.get("/widget/v1.0123456789abcdef.js").json()
    assert problem["code"] == "loader_gone"
    assert "/widget/" in problem["detail"]


def test_a_version_served_before_an_update_still_is(service: Service, tmp_path: Path) -> None:
    old = Loader(b"// an earlier version")
    assert keep(tmp_path / "data" / "widget", old)
    client = Client(create_app(Settings(sites=write(tmp_path), data_dir=tmp_path / "data"), service))
    assert client.get(f"/widget/{old.name}").content == old.content


def test_the_frame_has_nothing_inline_and_every_value_escaped(open_client: OpenClient, tmp_path: Path) -> None:
    hostile = 'title = "</div><script>alert(1)</script>\' onload=x"\n'
    text = open_client(sites=write(tmp_path, SITE + hostile)).get("/widget/frame?site=portail").text
    assert "alert(1)</script>" not in text
    assert not re.search(r"<script(?![^>]* src=)", text)
    assert "<style" not in text
    assert not re.search(r"\son\w+=\"", text)


def test_the_files_of_the_frame_never_change_under_their_address(public: Client) -> None:
    text = public.get("/widget/frame?site=portail").text
    text += public.get("/").text.replace('"static-', '"../static-')
    addresses = set(re.findall(r'(?:src|href)="\.\.(/static-[^"]+)"', text))
    names = {address.rsplit("/", 1)[1] for address in addresses}
    assert names == {"frame.js", "frame.css", "page.js", "page.css", "favicon.svg"}
    for address in addresses:
        response = public.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
        assert response.headers["content-encoding"] == "gzip"
    plain = public.get(next(iter(addresses)), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert public.get("/static-0123456789abcdef/page.js").status_code == 404
    prefix = address.split("/")[1]
    assert public.get(f"/{prefix}/absent.js").status_code == 404
    assert public.post(f"/{prefix}/page.js", json={}).status_code == 405


def test_the_notice_is_made_of_the_operators_words(public: Client) -> None:
    text = public.get("/widget/confidentialite?site=portail").text
    names = ("Agence régionale d’essai", "dpo@agence.example", "droits@agence.example", "Serveurs de l’agence")
    for said in (
        *names,
        "mission d’intérêt public",
        "1er novembre 2026",
        "cnil.fr/fr/plaintes",
        "opposition",
        "aucun profil",
    ):
        assert said in text, said
    assert "portabilité" not in text
    assert "Aucun texte n’est gardé" in text
    assert "https://www.agence.example/p" in text


def test_the_full_page_tells_who_offers_it(public: Client, client: Client) -> None:
    text = public.get("/").text
    options = json.loads(unescape(re.findall('data-options="(.*?)"', text)[0]))
    assert options["operator"]["name"] == "Agence régionale d’essai"
    # Said once: the page writes the operator's name itself.
    assert "Agence" not in options["privacy"]["summary"]
    assert "Agence régionale d’essai" in public.get("/widget/confidentialite").text
    assert "privacy" not in _options(client.get("/").text)


def _options(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unescape(re.findall('data-(?:options|site)="(.*?)"', text)[0]))
    return found


def test_every_first_page_says_its_accessibility_and_leads_to_it(public: Client, client: Client) -> None:
    for text, folder in ((public.get("/").text, "/"), (client.get("/").text, "/"), (_frame(public), "/widget/")):
        told = _options(text)["accessibility"]
        assert told["label"] == "Accessibilité\u00a0: non conforme"
        for reader in (public, client):
            statement = reader.get(folder + told["url"])
            assert statement.status_code == 200
            assert "Accessibilité\u00a0: non conforme" in statement.text


def _frame(client: Client) -> str:
    return str(client.get("/widget/frame?site=portail").text)


def test_the_frame_knows_which_publishers_answer(public: Client) -> None:
    assert _options(_frame(public))["known"] == sorted(public.get("/v1/meta").json()["publishers"])


def test_the_frame_opens_without_an_index(without_index: Client) -> None:
    text = without_index.get("/widget/frame?site=demo", headers={"host": "localhost"}).text
    assert _options(text)["known"] is None


def test_a_new_pass_is_for_pages_of_this_very_host(public: Client) -> None:
    reply = public.get("/widget/pass")
    assert public.fastapi.state.widget.passes.holds(reply.text)
    assert reply.headers["content-type"].startswith("text/plain")


def test_the_full_page_answers_head_too_and_never_holds_up_the_others(public: Client) -> None:
    assert public.head("/").status_code == 200
    (route,) = [route for route in public.fastapi.routes if getattr(route, "path", "") == "/"]
    # Read in a thread, not where every request waits.
    assert not inspect.iscoroutinefunction(getattr(route, "endpoint", None))


def test_the_notice_says_when_texts_of_opinions_are_kept(open_client: OpenClient, tmp_path: Path) -> None:
    client = open_client(sites=write(tmp_path), feedback_text=True)
    assert "30 jours au plus" in client.get("/widget/confidentialite?site=portail").text


def test_texts_of_a_link_are_not_shown_in_the_example(public: Client) -> None:
    link = "/widget/demo?title=Appelez+le+0800&greeting=Virement"
    assert "Appelez" not in public.get(link).text
    trusted = {"sec-fetch-site": "same-origin", "sec-fetch-dest": "iframe"}
    assert 'data-title="Appelez le 0800"' in public.get(link, headers=trusted).text
    hostile = public.get('/widget/demo?title="><script>x</script>&position="x', headers=trusted).text
    assert "<script>x" not in hostile
    assert 'data-position="bottom-right"' in hostile


def test_the_demo_is_for_this_machine_only(open_client: OpenClient) -> None:
    client = open_client()
    for path in ("/widget/", "/widget/v1.js", "/widget/frame?site=demo", "/widget/demo"):
        assert client.get(path).status_code == 404
        assert client.get(path, headers={"host": "localhost:8000"}).status_code == 200
        assert client.get(path, headers={"host": "assistant.agence.example"}).status_code == 404
    for strange in ("[", "[::1", "", "localhost.agence.example", "127.0.0.1@agence.example", "localhost:x"):
        assert client.get("/widget/", headers={"host": strange}).status_code == 404, strange
    assert client.get("/widget/", headers={"host": "[::1]:8000"}).status_code == 200
    proxied = open_client(trusted_proxies="10.0.0.1")
    assert proxied.get("/widget/", headers={"host": "localhost"}).status_code == 404
    for name in ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"):
        behind = {"host": "127.0.0.1:8000", name: "192.0.2.7"}
        assert client.get("/widget/", headers=behind).status_code == 404, name
    local = client.get("/widget/confidentialite?site=demo", headers={"host": "127.0.0.1"}).text
    assert "aucun exploitant n’est déclaré" in local


def test_a_changed_file_is_followed_and_a_broken_one_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.widget.watch.EVERY_S", 0.0)
    in_force = SitesInForce(write(tmp_path))
    assert in_force.public
    assert [site.id for site in in_force.sites.sites] == ["portail"]
    write(tmp_path, SITE.replace("portail", "nouveau-site"))
    assert [site.id for site in in_force.sites.sites] == ["nouveau-site"]
    path = write(tmp_path, operator="")
    assert read_sites(path)[2]
    assert [site.id for site in in_force.sites.sites] == ["nouveau-site"]
    path.unlink()
    assert [site.id for site in in_force.sites.sites] == ["nouveau-site"]


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.widget.watch.EVERY_S", 0.0)

    def slow(path: Path) -> Sites:
        read = load_sites(path)
        monkeypatch.undo()
        monkeypatch.setattr("bot.widget.watch.EVERY_S", 0.0)
        write(tmp_path, SITE.replace("portail", "ecrit-pendant-la-lecture"))
        return read

    monkeypatch.setattr("bot.widget.watch.load_sites", slow)
    in_force = SitesInForce(write(tmp_path))
    assert [site.id for site in in_force.sites.sites] == ["ecrit-pendant-la-lecture"]


def test_hsts_comes_with_secure_requests_only(open_client: OpenClient, tmp_path: Path) -> None:
    client: Any = open_client(sites=write(tmp_path), hsts=True)
    assert (
        client.get("/widget/frame?site=portail")
        .headers["content-security-policy"]
        .endswith("upgrade-insecure-requests")
    )
