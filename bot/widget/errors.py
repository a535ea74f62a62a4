"""Errors of the widget.

BotError
└── WidgetError
    ├── SitesUnreadable  the file of sites holds mistakes; ``problems`` says each, by line
    ├── OperatorBlank    the operator's fields that the law asks for are not all filled
    └── UnknownSite      no site of that name
"""

from collections.abc import Sequence

from bot.errors import BotError
from ingest.problems import Problem


class WidgetError(BotError):
    """Base of all errors of the widget; the message is French and says what to do next."""

    code = "widget_error"


class SitesUnreadable(WidgetError):
    """The file of sites holds mistakes."""

    code = "sites_unreadable"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("le fichier des sites est à corriger :\n" + "\n".join(f"- {problem}" for problem in problems))
        self.problems = tuple(problems)


class OperatorBlank(WidgetError):
    """The operator's fields that the law asks for are not all filled: the widget must not be offered to the public."""

    code = "operator_blank"

    def __init__(self, place: str, blanks: Sequence[str]) -> None:
        super().__init__(
            f"l’assistant ne peut pas être proposé au public : dans {place}, bloc [operator], il manque\n"
            + "\n".join(f"- {blank}" for blank in blanks)
            + "\nRemplissez ces champs avec votre délégué à la protection des données, puis relancez."
        )
        self.blanks = tuple(blanks)


class UnknownSite(WidgetError):
    """No site of that name."""

    code = "unknown_site"
