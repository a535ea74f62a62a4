"""Files of sites for the tests."""

from pathlib import Path

OPERATOR = """[operator]
name = "Agence régionale d’essai"
contact = "contact@agence.example"
dpo_contact = "dpo@agence.example"
purpose = "Aider les professionnels de santé à trouver les textes officiels"
legal_basis = "mission-interet-public"
legal_text = "arrêté d’essai du 1er janvier 2026"
recipients = "Aucun"
hosting = "Serveurs de l’agence, France"
transfers = "Aucun"
retention = "Journaux techniques : 6 mois"
rights_contact = "droits@agence.example"
accessibility_contact = "acces@agence.example"
service_url = "https://assistant.agence.example"
notice_version = "1.0"
notice_date = "2026-11-01"
"""
SITE = """
[[site]]
id = "portail"
origins = ["https://www.agence.example"]
"""


def write(folder: Path, *blocks: str, operator: str = OPERATOR) -> Path:
    """A file of sites in ``folder``."""
    path = folder / "sites.toml"
    path.write_text(operator + "".join(blocks or (SITE,)), encoding="utf-8")
    return path
