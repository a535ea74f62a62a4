"""Types of the widget: who offers it (the operator), and the sites that may show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Position = Literal["bottom-right", "bottom-left"]
POSITIONS: tuple[Position, ...] = ("bottom-right", "bottom-left")
AUDIENCES: Mapping[str, str] = {
    "medecin": "Médecins",
    "infirmier": "Infirmiers",
    "sage-femme": "Sages-femmes",
    "pharmacien": "Pharmaciens",
    "secretaire": "Secrétaires",
    "coordination": "Coordinateurs de MSP et de CPTS",
}
"""For whom questions are proposed, by name and in words."""
DEFAULT_TITLE = "Assistant cybersécurité"
DEFAULT_COLOUR = "#0b5573"
DEMO = "demo"
"""The site of a trial on one's own machine; it answers to the loopback only."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who offers the assistant: what articles 13 of the GDPR and 47 of law 2005-102 want told to people.

    All are the operator's own words: nothing here has a default, an empty text is a blank.
    """

    name: str
    contact: str
    dpo_contact: str
    purpose: str
    legal_basis: str
    """A key of ``notices.LEGAL_BASES``."""
    legal_text: str
    """The text that founds it (law, decree, decision of the body)."""
    recipients: str
    hosting: str
    transfers: str
    retention: str
    rights_contact: str
    accessibility_contact: str
    service_url: str
    """Public https address of the service, without a final slash; may have a path."""
    notice_version: str
    notice_date: str
    """YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site that may show the assistant."""

    id: str
    origins: tuple[str, ...]
    """Exact origins (``https://host[:port]``); in the demo only, ``http://localhost:*``."""
    title: str = DEFAULT_TITLE
    colour: str = DEFAULT_COLOUR
    colour_dark: str = ""
    """``#rrggbb``, as ``colour``, for dark screens."""
    position: Position = "bottom-right"
    audience: str = ""
    """One of ``AUDIENCES``; empty: anyone."""
    publishers: tuple[str, ...] = ()
    """Names of the publishers that answer; empty: all."""
    greeting: str = ""
    privacy_url: str = ""
    """The site's own privacy policy; the assistant's notice always has its page."""


@dataclass(frozen=True, slots=True)
class Sites:
    """The sites, and who answers for them; no operator in the demo."""

    operator: Operator | None
    sites: tuple[Site, ...]

    def site(self, site_id: str) -> Site | None:
        """The site of that id."""
        return next((site for site in self.sites if site.id == site_id), None)
