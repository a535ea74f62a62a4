"""Modules joined in one script: the forms it takes, those it refuses, and what a browser then asks for."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest

from bot.widget.assets import STATIC, product_files
from bot.widget.bundle import Unbundled, bundle

from .conftest import Served
from .visits import expect

PARTS = {
    "entry.js": 'import { twice as double } from "./lib/one.js";\nimport { NAME } from "./two.js";\n'
    "window.__made = `${NAME} ${double(await 4)} ${new URL('x', import.meta.url).pathname}`;\n",
    "lib/one.js": 'import { NAME, Kind } from "../two.js";\nexport function twice(value) {\n  return value * 2;\n}\n'
    "window.__seen = [NAME, new Kind().name];\n",
    "two.js": "window.__runs = (window.__runs ?? 0) + 1;\nexport const NAME = 'deux';\n"
    "export class Kind {\n  name = 'sorte';\n}\nexport async function* none() {}\n",
}


def write(folder: Path, parts: dict[str, str]) -> Path:
    for name, text in parts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_it_does_what_the_modules_do(browser: Any, served: Served, tmp_path: Path) -> None:
    content = bundle("entry.js", write(tmp_path, PARTS))
    page = browser.new_page()
    page.route("**/static-x/made.js", lambda route: route.fulfill(content_type="text/javascript", body=content))
    page.goto(f"{served.url}/")
    page.evaluate("(address) => import(address)", f"{served.url}/static-x/made.js")
    assert page.evaluate("[__made, __seen, __runs]") == ["deux 8 /static-x/x", ["deux", "sorte"], 1]
    page.close()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("default", "export default 1;"),
        ("star", 'export * from "./two.js";'),
        ("list", "const a = 1;\nexport { a };"),
        ("namespace", 'import * as two from "./two.js";'),
        ("effect", 'import "./two.js";'),
        ("elsewhere", 'import { a } from "https://a.example/a.js";'),
        ("let", "export let a = 1;"),
        ("unfinished", "import {\n  a,\n} from './two.js';"),
        ("meta", 'import { a } from "./lib/meta.js";'),
        ("cycle", 'import { a } from "./cycle.js";'),
    ],
)
def test_other_forms_are_refused_when_the_service_starts(tmp_path: Path, name: str, text: str) -> None:
    folder = write(tmp_path, {**PARTS, "lib/meta.js": "export const a = import.meta.url;\n", f"{name}.js": text + "\n"})
    with pytest.raises(Unbundled, match=r"\.js"):
        bundle(f"{name}.js", folder)


def test_everything_that_is_written_is_in_it() -> None:
    """A module forgotten, or a name that is no longer exported, would leave a page without its conversation."""
    files = product_files()
    for served, own in (("page.js", "main.js"), ("frame.js", "widget/frame.js")):
        text = files[served].decode()
        assert text.count(f"\n// {own}\n") == 1
        exported = {found[1]: set(found[2].split(", ")) for found in _returns(text)}
        assert len(exported) > 20
        for names, module in re.findall(r"^const \{ ([^}]+) \} = (module\d+);$", text, re.MULTILINE):
            assert {name.split(": ")[0] for name in names.split(", ")} <= exported[module]
    assert (STATIC / "style.css").read_bytes() in files["frame.css"]


def _returns(text: str) -> list[re.Match[str]]:
    each = re.finditer(r"^const (module\d+) = \(\(\) => \{$.*?^return \{ ([^}]*) \};$\n\}\)\(\);$", text, re.M | re.S)
    return list(each)


def test_what_a_browser_asks_for(browser: Any, served: Served) -> None:
    """The full page: a script, a style and an image, compressed; the second time, the page alone."""
    context = browser.new_context()
    for visit in (1, 2):
        page = context.new_page()
        page.goto(served.url)
        expect(page.locator("#question")).to_be_visible()
        entries = page.evaluate(
            "performance.getEntriesByType('resource').map((one) => "
            "[one.name, one.transferSize, one.encodedBodySize, one.decodedBodySize])"
        )
        files = {name.rsplit("/", 1)[1]: sizes for name, *sizes in entries if "/static" in name}
        assert set(files) <= {"page.js", "page.css", "favicon.svg"}
        for name in ("page.js", "page.css"):
            transferred, encoded, decoded = files[name]
            assert encoded < decoded / 2
            assert (transferred > 0) == (visit == 1), (visit, name)
        page.close()
    context.close()


def test_the_sizes_promised_to_integrators() -> None:
    files = product_files()
    sizes = {name: len(gzip.compress(content, 9)) for name, content in files.items()}
    assert sizes["frame.js"] + sizes["frame.css"] + sizes["favicon.svg"] < 60_000
    assert sizes["page.js"] + sizes["page.css"] + sizes["favicon.svg"] < 60_000
