"""Typer in French: help panels, the help option, and usage errors."""

from typing import Any

from typer import core, rich_utils

rich_utils.ARGUMENTS_PANEL_TITLE = "Arguments"
rich_utils.OPTIONS_PANEL_TITLE = "Options"
rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
rich_utils.ERRORS_PANEL_TITLE = "Erreur"
rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"
rich_utils.DEFAULT_STRING = "[par défaut : {}]"
rich_utils.ENVVAR_STRING = "[variable : {}]"
_HELP = "Montre cette aide."


def _french_help(option: Any) -> Any:
    if option is not None:
        option.help = _HELP
    return option


class FrenchCommand(core.TyperCommand):
    """A command whose help option speaks French."""

    def get_help_option(self, ctx: Any) -> Any:
        """The ``--help`` option."""
        return _french_help(super().get_help_option(ctx))


class FrenchGroup(core.TyperGroup):
    """A group whose help option speaks French."""

    def get_help_option(self, ctx: Any) -> Any:
        """The ``--help`` option."""
        return _french_help(super().get_help_option(ctx))


def usage_error(error: Exception) -> str | None:
    """What is wrong in a command line, in French; None when the error is not about the command line.

    Typer carries its own copy of click and does not export the classes, so they are told by name.
    """
    name = type(error).__name__
    if not any(base.__name__ == "ClickException" for base in type(error).__mro__):
        return None
    if name == "MissingParameter":
        parameter = getattr(error, "param", None)
        if parameter is not None and parameter.param_type_name == "option":
            return f"il manque l’option {' / '.join(parameter.opts)}"
        shown = getattr(parameter, "metavar", None) or getattr(parameter, "name", None) or "?"
        return f"il manque l’argument « {shown} »"
    if name == "NoSuchOption":
        return f"option inconnue : {getattr(error, 'option_name', '')}"
    if name == "NoSuchCommand" or "No such command" in str(error):
        return "commande inconnue"
    if name == "BadParameter":
        parameter = getattr(error, "param", None)
        return f"valeur incorrecte pour {' / '.join(parameter.opts) if parameter is not None else 'une option'}"
    return "ligne de commande incorrecte"


def usage_command(error: Exception) -> str:
    """The command that was misused, whose help tells more: "cybervigie crawl rollback"."""
    context, names = getattr(error, "ctx", None), []
    while context is not None and context.parent is not None:
        names.append(context.info_name)
        context = context.parent
    return " ".join(["cybervigie", *reversed(names)])
