"""How fast the widget opens: ``python -m evals.bench.widget [--runs N] [--data DIR]``.

A real ``cybervigie serve`` and a page of another loopback origin, in headless Chromium. Three times are taken in the
page itself (``performance.now``), each the median and the slowest of N fresh browser profiles: until the launcher can
be used, from the start of the navigation; from the opening to a conversation ready to be written in, nothing cached;
and the same at the second visit. The sizes are those of ``gzip -9``.
"""

import argparse
import gzip
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bot.widget.assets import product_files
from bot.widget.loader import current

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
TARGET_MS = 300.0
_LAUNCHER = "() => CyberVigie.ready.then(() => performance.now())"
_OPENING = """() => new Promise((resolve) => {
  const begun = performance.now();
  CyberVigie.on("ready", () => resolve(performance.now() - begun));
  CyberVigie.open();
})"""


def main() -> int:
    """Print the table; 1 when the median of the first opening is over the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--data", type=Path, default=Path("data"), help="data folder with an index")
    given = parser.parse_args()
    print(f"loader: {len(gzip.compress(current().content, 9)):,} bytes gzip; frame: {frame_bytes():,} bytes gzip")
    with page_server() as (page, show), service(given.data) as url:
        show(url)
        times = measure(page, given.runs)
    print(f"{'time':34} {'median':>8} {'slowest':>8}   ms, {given.runs} runs")
    for name, values in times.items():
        print(f"{name:34} {statistics.median(values):8.0f} {max(values):8.0f}")
    return int(statistics.median(times["opening, nothing cached"]) > TARGET_MS)


def frame_bytes() -> int:
    """Bytes of everything that the frame loads, compressed."""
    files = product_files()
    return sum(len(gzip.compress(files[name], 9)) for name in ("frame.js", "frame.css", "favicon.svg"))


def measure(page: str, runs: int) -> dict[str, list[float]]:
    """Milliseconds by what is measured."""
    from playwright.sync_api import sync_playwright

    times: dict[str, list[float]] = {"launcher": [], "opening, nothing cached": [], "opening, second visit": []}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for _ in range(runs):
            context = browser.new_context()
            for name in ("opening, nothing cached", "opening, second visit"):
                tab: Any = context.new_page()
                tab.goto(page)
                launcher = tab.evaluate(_LAUNCHER)
                if name == "opening, nothing cached":
                    times["launcher"].append(launcher)
                times[name].append(tab.evaluate(_OPENING))
                tab.close()
            context.close()
        browser.close()
    return times


@contextmanager
def page_server() -> Iterator[tuple[str, Any]]:
    """A page that embeds the demo site; its address, and what tells it where the service is."""
    body: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body[-1])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    def show(url: str) -> None:
        text = f'<!doctype html><title>Page</title><script src="{url}/widget/v1.js" data-site="demo" defer></script>'
        body.append(text.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", show
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def service(data: Path) -> Iterator[str]:
    """A ``cybervigie serve`` of its own, on a free port; its address."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CYBERVIGIE_")}
    command = [sys.executable, "-u", "-c", "from bot.cli import main; main()", "serve", "--port", "0"]
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(
            [*command, "--data", str(data)], stdout=subprocess.PIPE, stderr=log, text=True, env=environment
        ) as process,
    ):
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        try:
            assert found is not None, "the server did not start"
            for _ in range(600):
                with suppress(urllib.error.URLError), urllib.request.urlopen(f"{found.group()}/readyz"):
                    break
                time.sleep(0.1)
            yield found.group()
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
