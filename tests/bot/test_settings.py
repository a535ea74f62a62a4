"""Settings from the environment."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings


def test_defaults() -> None:
    settings = Settings()
    assert (settings.host, settings.port, settings.region) == ("127.0.0.1", 8000, "ile-de-france")
    assert (settings.rate_per_minute, settings.rate_burst, settings.body_max) == (20, 10, 16 * 1024)
    assert settings.cors_origins == settings.trusted_proxies == ()
    assert settings.hsts is False
    assert settings.index_dir == Path("data/index")
    assert settings.reports_dir == Path("data/reports")
    assert settings.sources.name == "sources.toml"
    assert settings.sources.is_file()
    assert settings.crawl_contact == ""
    assert settings.encoders >= 2


def test_an_empty_variable_names_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HELPDESK", "SITES", "PEPPER_FILE"):
        monkeypatch.setenv(f"CYBERVIGIE_{name}", " ")
    settings = Settings()
    assert settings.helpdesk is settings.sites is settings.pepper_file is None


def test_everything_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    values = {
        "DATA_DIR": str(tmp_path),
        "PORT": "9001",
        "STARTER": "false",
        "TRUSTED_PROXIES": "10.0.0.1, 192.168.0.0/16,::1",
        "CORS_ORIGINS": "https://www.exemple.fr,https://b.fr:8443",
        "RATE_PER_MINUTE": "0",
        "IN_FLIGHT": "7",
        "UNKNOWN": "ignored",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"CYBERVIGIE_{name}", value)
    settings = Settings()
    assert (settings.port, settings.starter, settings.rate_per_minute, settings.encoders) == (9001, False, 0, 7)
    assert settings.trusted_proxies == ("10.0.0.1", "192.168.0.0/16", "::1")
    assert settings.cors_origins == ("https://www.exemple.fr", "https://b.fr:8443")
    assert (settings.models_dir, settings.store_dir) == (tmp_path / "models", tmp_path / "store")


def test_an_empty_list_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERVIGIE_CORS_ORIGINS", " , ")
    assert Settings().cors_origins == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "99999"),
        ("PORT", "abc"),
        ("REGION", "Île de France"),
        ("RATE_PER_MINUTE", "-1"),
        ("RATE_BURST", "0"),
        ("LOG_LEVEL", "bavard"),
        ("BODY_MAX", "10"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "null"),
        ("CORS_ORIGINS", "https://www.exemple.fr/"),
        ("CORS_ORIGINS", "https://*.exemple.fr"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "mandataire.local"),
        ("HSTS", "peut-être"),
    ],
)
def test_a_bad_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"CYBERVIGIE_{name}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert [str(error["loc"][0]).upper() for error in refused.value.errors()] == [name]


def test_nothing_is_read_at_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERVIGIE_PORT", "9002")
    first = Settings().port
    monkeypatch.setenv("CYBERVIGIE_PORT", "9003")
    assert (first, Settings().port) == (9002, 9003)
