"""Every code that the crawler can report has French words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.crawl import wording
from ingest.crawl.model import Purpose, Via
from ingest.crawl.wording import cure_words, error_words, gone_words, refused_words, version_words, via_words
from ingest.typography import slips

PACKAGE = Path(wording.__file__).parent
CODE = re.compile(r"[a-z][a-z0-9_]*|[45]\d\d")
NAMED = {"code", "reason", "refused", "error", "withdrawn"}
CALLED = {"absent", "withdrawn", "list_refusal", "stage_removal", "_refuse", "_error", "Missing", "Failed", "Busy"}
LEAVING = {"dropped", "rollback", "moved"}
"""Why a page or a version left: no page is refused for these."""


def texts(node: ast.AST | None) -> Iterator[str]:
    """The constants that an expression may be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from texts(value)


def codes_of_call(call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg in NAMED:
            yield from texts(keyword.value)
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in CALLED:
        for argument in call.args:
            yield from texts(argument)
    if name == "append":
        for argument in call.args:
            if isinstance(argument, ast.Tuple):
                yield from texts(argument.elts[-1])


def codes(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from codes_of_call(node)
        # What tells why is typed so: "_immovable(...) -> str | None".
        elif (
            isinstance(node, ast.FunctionDef) and node.returns is not None and ast.unparse(node.returns) == "str | None"
        ):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return):
                    yield from texts(inner.value)
        elif isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id in {"reason", "code"} for target in node.targets
        ):
            yield from texts(node.value)


def found_codes() -> dict[str, str]:
    """Each code and a module that gives it."""
    return {
        code: path.name
        for path in sorted(PACKAGE.glob("*.py"))
        if path.name not in {"wording.py", "report_words.py", "metrics.py"}
        for code in codes(ast.parse(path.read_text(encoding="utf-8")))
    }


def test_the_search_sees_the_usual_codes() -> None:
    assert {"robots", "dns", "truncated", "moved_outside", "dropped", "rollback", "trap", "no_text"} <= set(
        found_codes()
    )


@pytest.mark.parametrize(("code", "module"), sorted(found_codes().items()))
def test_every_code_has_words(code: str, module: str) -> None:
    of_page = (refused_words, error_words) if code not in LEAVING else ()
    for words in (gone_words, version_words, *of_page) if code != "moved" else (version_words,):
        assert not words(code).startswith("motif"), module


@pytest.mark.parametrize("via", [*Via, Purpose.ROBOTS])
def test_every_way_to_an_address_has_words(via: str) -> None:
    assert via_words(str(via)) != str(via)
    assert "_" not in via_words(str(via))


def test_codes_that_no_call_spells_out_have_words() -> None:
    # HTTP statuses, and what travels in a variable.
    codes = ["404", "410", "451", "soft_404", "noindex", "nosnippet", "redirected", "canonical"]
    assert not [code for code in codes if gone_words(code).startswith("motif")]
    assert not [code for code in codes if refused_words(code).startswith("motif")]
    assert not version_words("changed").startswith("motif")
    assert not version_words("parser").startswith("motif")


def test_errors_have_words_and_cures_in_good_typography() -> None:
    errors = ["address", "dns", "connect", "tls", "timeout", "too_large", "ratio", "encoding", "protocol", "truncated"]
    errors += ["unreachable", "robots_unreachable", "retry_after", "internal", "parse", "500", "503", "418"]
    for code in errors:
        assert "motif" not in error_words(code)
        assert cure_words(code)
        assert list(slips(error_words(code) + cure_words(code))) == []


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert error_words("nouveau") == refused_words("nouveau") == gone_words("nouveau") == version_words("nouveau")
    assert version_words("nouveau") == "motif «\u00a0nouveau\u00a0»"
    assert error_words("418") == "réponse 418 du site"
    assert cure_words("nouveau") == "le prochain passage réessaiera"
