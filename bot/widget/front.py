"""The full page ``/`` of a public service: the same page, told who offers it."""

import json
from html import escape

from bot.widget.model import Operator
from bot.widget.notices import summary
from bot.widget.pages import STATIC

_ROOT = '<div id="chat">'
_SCRIPT = "static/main.js"


def front_page(operator: Operator, feedback_days: int) -> str:
    """The page with its operator and the first layer of the privacy notice.

    ``feedback_days``: days that the text of an opinion may be kept.
    """
    options = {
        "operator": {"name": operator.name},
        "privacy": {"summary": summary(operator), "url": "widget/confidentialite"},
        "feedbackTextDays": feedback_days,
    }
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    for mark, told in (
        (_ROOT, f'<div id="chat" data-options="{escape(json.dumps(options))}">'),
        (_SCRIPT, "static/widget/front.js"),
    ):
        if page.count(mark) != 1:
            raise AssertionError(f"index.html must hold {mark} once")
        page = page.replace(mark, told)
    return page
