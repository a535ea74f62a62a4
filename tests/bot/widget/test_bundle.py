"""Modules joined in one script: the forms it takes, those it refuses, and what a browser then asks for."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest

from bot.widget.assets import STATIC, product_files
from bot.widget.bundle import Unbundled, bundle, style

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
        ("behind", "/* a\n b */ export const a = 1;"),
        ("backtick", "export const a = /`/;"),
        ("cycle", 'import { a } from "./cycle.js";'),
    ],
)
def test_other_forms_are_refused_when_the_service_starts(tmp_path: Path, name: str, text: str) -> None:
    folder = write(tmp_path, {**PARTS, "lib/meta.js": "export const a = import.meta.url;\n", f"{name}.js": text + "\n"})
    with pytest.raises(Unbundled, match=r"\.js"):
        bundle(f"{name}.js", folder)


def test_comments_stay_behind_and_text_does_not(browser: Any, served: Served, tmp_path: Path) -> None:
    text = "/** What it\n * says. */\n// for whom\nwindow.__text = `\n// kept\n/* too */\n`; // at the end\n"
    content = bundle("entry.js", write(tmp_path, {"entry.js": text}))
    assert b"says" not in content
    assert b"for whom" not in content
    page = browser.new_page()
    page.route("**/static-x/made.js", lambda route: route.fulfill(content_type="text/javascript", body=content))
    page.goto(f"{served.url}/")
    page.evaluate("(address) => import(address)", f"{served.url}/static-x/made.js")
    assert page.evaluate("__text") == "\n// kept\n/* too */\n"
    page.close()


def test_style_sheets_are_put_where_they_are_imported(tmp_path: Path) -> None:
    parts = {
        "all.css": '/* a\n b */\n@import "one/a.css";\n@import "b.css";\n',
        "one/a.css": "/* a */\na {\n  color: red; /* kept */\n}\n",
        "b.css": "b {}\n",
    }
    write(tmp_path, parts)
    assert style("all.css", tmp_path) == b"a {\n  color: red; /* kept */\n}\n\nb {}\n\n"
    for bad in ('@import url("b.css");\n', '@import "all.css";\n'):
        (tmp_path / "b.css").write_text(bad, encoding="utf-8")
        with pytest.raises(Unbundled, match=r"all\.css"):
            style("all.css", tmp_path)


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
    for part in sorted((STATIC / "style").glob("*.css")):
        rules = part.read_text(encoding="utf-8").split("*/\n")[-1].strip()
        assert rules.encode() in files["page.css"], part.name
        assert rules.encode() in files["frame.css"], part.name


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
