"""The full page ``/``: ``index.html`` with files that a browser keeps, told who offers it and where its notices are."""

import functools
import json
from html import escape
from typing import Any

from bot.widget.assets import STATIC
from bot.widget.model import Operator
from bot.widget.notices import ACCESSIBILITY, summary

_ROOT = '<div id="chat">'
_FILES = {"static/main.js": "page.js", "static/style.css": "page.css", "static/favicon.svg": "favicon.svg"}


@functools.lru_cache(maxsize=4)
def front_page(operator: Operator | None, feedback_days: int, assets: str) -> str:
    """The page; with an ``operator``, its name and the first layer of the privacy notice.

    ``feedback_days``: days that the text of an opinion may be kept. ``assets``: address of the files, from the root of
    the service.
    """
    options: dict[str, Any] = {"accessibility": {"label": ACCESSIBILITY, "url": "widget/accessibilite"}}
    if operator is not None:
        options["operator"] = {"name": operator.name}
        options["privacy"] = {"summary": summary(operator), "url": "widget/confidentialite"}
        options["feedbackTextDays"] = feedback_days
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    changes = {_ROOT: f'<div id="chat" data-options="{escape(json.dumps(options))}">'}
    changes |= {f'"{name}"': f'"{assets[1:]}/{served}"' for name, served in _FILES.items()}
    for mark, told in changes.items():
        if mark not in page:
            raise AssertionError(f"index.html must hold {mark}")
        page = page.replace(mark, told)
    return page
