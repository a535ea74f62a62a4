"""Take the screenshots of this folder from a running server: ``python docs/screenshots.py URL``."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent
QUESTION = "Sous quel délai prévenir la CNIL d’une violation de données ?"
EMERGENCY = "Mes fichiers sont chiffrés"
SHOTS = {
    "chat-light.png": (1280, 900, "light", QUESTION),
    "chat-dark.png": (1280, 900, "dark", QUESTION),
    "chat-mobile.png": (390, 844, "light", EMERGENCY),
}


def main(url: str) -> None:
    """Ask one question a picture, and keep what the window shows once the answer is there."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for name, (width, height, scheme, question) in SHOTS.items():
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
            )
            page.goto(url)
            page.fill("#question", question)
            page.press("#question", "Enter")
            page.wait_for_selector(".sheet")
            page.evaluate("document.activeElement.blur()")
            page.screenshot(path=FOLDER / name)
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
