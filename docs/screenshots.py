"""Take the pictures of this folder from running servers: ``python docs/screenshots.py URL [WIDGET_DEMO_URL]``.

The first address is that of ``cybervigie serve``; the second, of a page that embeds the widget.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Picture:
    """What is asked, in a window of which size, and under which name the answer is kept."""

    name: str
    question: str
    width: int = 1280
    height: int = 900
    scheme: str = "light"


PICTURES = (
    Picture("chat-light.png", "Sous quel délai prévenir la CNIL d’une violation de données ?"),
    Picture("chat-dark.png", "Que faire devant un message douteux ?", scheme="dark"),
    Picture("chat-mobile.png", "Mes fichiers sont chiffrés", 390, 844),
    Picture("chat-no-answer.png", "la police me demande le dossier d’un patient"),
    Picture("chat-differing.png", "Combien de caractères pour un mot de passe ?"),
)


def main(url: str, demo: str | None = None) -> None:
    """Ask one question a picture, and keep what the window shows once the answer is there."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            page = browser.new_page(
                viewport={"width": picture.width, "height": picture.height},
                color_scheme=picture.scheme,
                reduced_motion="reduce",
                locale="fr-FR",
            )
            page.goto(url)
            asked(page, picture.question)
            page.screenshot(path=FOLDER / picture.name)
            page.close()
        if demo:
            page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce", locale="fr-FR")
            page.goto(demo)
            # The shadow root of the widget is closed: its frame is found among the frames of the page.
            with page.expect_event("framenavigated", lambda frame: frame != page.main_frame):
                page.evaluate("window.CyberVigie.open()")
            asked(page.frames[-1], PICTURES[0].question)
            page.screenshot(path=FOLDER / "widget-host.png")
            page.close()
        browser.close()


def asked(where: Any, question: str) -> None:
    """Ask in a page or a frame, and wait for the answer."""
    field = where.locator("#question")
    field.fill(question)
    field.press("Enter")
    where.locator(".sheet").wait_for()
    field.evaluate("field => field.blur()")


if __name__ == "__main__":
    main(*sys.argv[1:])
