"""Settings, from the environment (prefix ``CYBERVIGIE_``) or given. The only module that reads the environment."""

import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

import corpus

_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?")


def _origin(value: str) -> str:
    if not _ORIGIN.fullmatch(value):
        raise ValueError("an exact origin is expected, such as https://www.exemple.fr")
    return value


def _network(value: str) -> str:
    ipaddress.ip_network(value)
    return value


class Settings(BaseSettings):
    """Everything that can be set; the defaults suit a 2-core machine."""

    model_config = SettingsConfigDict(env_prefix="CYBERVIGIE_", extra="ignore")

    data_dir: Path = Field(default=Path("data"), description="Dossier des documents, du modèle et de l’index.")
    model: str = Field(
        default="bundled",
        description="Modèle sentence-transformers : « bundled », « bundled-plain » (sans adaptateur), nom ou dossier.",
    )
    starter: bool = Field(default=True, description="Indexer aussi le corpus de départ.")
    region: str = Field(
        default="ile-de-france", pattern=r"^[a-z0-9-]{1,40}$", description="Région dont on montre les contacts."
    )

    sources: Path = Field(
        default=Path(corpus.__file__).parent / "sources.toml",
        description="Manifeste des sources officielles (TOML) ; celui du produit par défaut.",
    )
    crawl_contact: str = Field(
        default="",
        description="À qui un site lu peut écrire : adresse électronique ou page https. Obligatoire pour lire.",
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    trusted_proxies: Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], NoDecode] = ()
    """Addresses or networks of reverse proxies whose X-Forwarded-For is believed (comma-separated)."""
    cors_origins: Annotated[tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode] = ()
    """Exact origins allowed to call the API from a browser (comma-separated)."""
    sites: Path | None = Field(
        default=None,
        description="Fichier des sites qui affichent l’assistant (TOML) ; sans lui, essai local seulement.",
    )
    hsts: bool = Field(default=False, description="Envoyer Strict-Transport-Security (derrière TLS seulement).")
    docs: bool = Field(default=True, description="Servir la documentation interactive /docs.")
    metrics: bool = Field(default=True, description="Servir /metrics (aucun texte, aucun identifiant).")

    feedback_text: bool = Field(
        default=False,
        description="Garder 30 jours, masqué, le texte des avis de ceux qui l’acceptent ; sinon, compter seulement.",
    )

    anonymous: bool = Field(
        default=True, description="Répondre sans clé aux questions, recherches et avis ; sinon, l’API demande une clé."
    )
    pepper_file: Path | None = Field(
        default=None, description="Fichier du secret des clés ; par défaut, créé dans le dossier des données."
    )
    auth_failures_per_minute: int = Field(default=10, ge=1, description="Clés refusées par minute et par adresse.")
    mcp: bool = Field(default=False, description="Servir le protocole MCP sur /mcp (extra « mcp »).")

    helpdesk: Path | None = Field(
        default=None, description="Réglages des outils d’assistance (TOML) : « cybervigie helpdesk init » en écrit un."
    )

    rate_per_minute: int = Field(default=20, ge=0, description="Questions par minute et par adresse ; 0 : sans limite.")
    rate_burst: int = Field(default=10, ge=1, description="Questions d’affilée (en 10 secondes).")
    in_flight: int = Field(default=0, ge=0, description="Questions traitées à la fois ; 0 : deux par cœur.")
    queue: int = Field(default=32, ge=0)
    queue_ms: int = Field(default=200, ge=0)
    body_max: int = Field(default=16 * 1024, ge=1024)
    chat_body_max: int = Field(
        default=256 * 1024, ge=1024, description="Corps de /v1/chat/completions, où l’historique est long (octets)."
    )
    threads: int = Field(
        default=0, ge=0, description="Textes calculés à la fois pendant l’indexation ; 0 : un par cœur."
    )
    reload_s: float = Field(default=2.0, gt=0, description="Intervalle de recherche d’un nouvel index.")
    log_level: str = Field(default="info", pattern=r"^(debug|info|warning|error)$")

    @field_validator("sites", "pepper_file", "helpdesk", mode="before")
    @classmethod
    def _absent(cls, value: object) -> object:
        """An empty variable is how a container or a unit file says "none", not the folder "."."""
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("trusted_proxies", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @property
    def models_dir(self) -> Path:
        """Prepared models."""
        return self.data_dir / "models"

    @property
    def store_dir(self) -> Path:
        """Document store."""
        return self.data_dir / "store"

    @property
    def reports_dir(self) -> Path:
        """Reports and metrics of the crawls."""
        return self.data_dir / "reports"

    @property
    def index_dir(self) -> Path:
        """Generations of the index."""
        return self.data_dir / "index"

    @property
    def loaders_dir(self) -> Path:
        """Every version of the widget's loader that was served: pages may pin one."""
        return self.data_dir / "widget"

    @property
    def feedback_path(self) -> Path:
        """Counts of feedback, and the texts that may be kept."""
        return self.data_dir / "feedback" / "feedback.sqlite"

    @property
    def outbox_path(self) -> Path:
        """Messages of helpdesk tools that are owed a draft: ids and codes."""
        return self.data_dir / "helpdesk" / "outbox.sqlite"

    @property
    def keys_path(self) -> Path:
        """Digests, rights and counts of the keys of programs."""
        return self.data_dir / "keys" / "keys.sqlite"

    @property
    def pepper_path(self) -> Path:
        """The server's own secret, without which the digests are of no use."""
        return self.pepper_file or self.data_dir / "keys" / "pepper"

    @property
    def build_threads(self) -> int:
        """Texts embedded at the same time by a build."""
        return self.threads or os.cpu_count() or 1

    @property
    def encoders(self) -> int:
        """Requests answered at the same time."""
        return self.in_flight or 2 * (os.cpu_count() or 1)
