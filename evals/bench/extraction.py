"""Reading of HTML pages against hand-made references, beside trafilatura: ``python -m evals.bench.extraction``.

The fixture pages of ``evals/extraction`` are in our own words, in the templates of the official sites; each has the
text that a person would read as its content, in order. The real files of ``../shared/official/raw`` are measured
against the independent text versions beside them, read at run time; a file without one is listed as skipped.

Score: F1 over multisets of tokens. A token is a maximal run of letters and digits (``\\w+``) of the text in NFC and
lower case, invisible characters and the markers of list items (bullet, number) removed first.
"""

import argparse
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import trafilatura

from evals.shared import REPOSITORY, read_lines, shared_folder
from ingest.errors import ParseError
from ingest.html import parse_html
from ingest.model import DocumentKind, ParsedDocument
from ingest.text import assemble, invisible

FIXTURES = REPOSITORY / "evals" / "extraction"
GOAL = 0.95
"""Least mean F1 of ours."""
_TOKEN = re.compile(r"\w+")
_MARKER = re.compile(r"^[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t\u00a0]+", re.MULTILINE)
_FIELD = re.compile(r"(title|published|updated|breadcrumb|attachments): (.+)")
_HEADING = re.compile(r"(#{1,6}) (.+)")
_FRAGMENT = re.compile(r"(cnil-faq-\d+)\.fragment\.html")
_WHOLE = {
    "messervices.cyber.gouv.fr_.html": "msc-html-accueil",
    "messervices.cyber.gouv.fr_nis2.html": "msc-html-nis2",
}
_SOURCE = re.compile(r"messervicescyber-([\w-]+)\.source\.html")
_GUIDE = "cnil-guide-rgpd-developpeur.html"


@dataclass(frozen=True, slots=True)
class Sample:
    """A page, its reference text, and what else is expected of it. ``fields``: as written in the reference."""

    name: str
    data: bytes
    reference: str
    url: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    paths: tuple[tuple[str, ...], ...] = ()
    """Path of each section below the title, in order."""


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def tokens(text: str) -> list[str]:
    """The tokens of a text, as scored."""
    seen = "".join(char for char in text if char in "\n\t" or not invisible(char))
    return _TOKEN.findall(_MARKER.sub("", unicodedata.normalize("NFC", seen)).casefold())


def score(found: str, reference: str) -> Score:
    """Token precision and recall of a text against its reference; multisets, order left out."""
    mine, right = Counter(tokens(found)), Counter(tokens(reference))
    shared = (mine & right).total()
    return Score(shared / max(1, mine.total()), shared / max(1, right.total()))


def ours(sample: Sample) -> ParsedDocument:
    """The page as the product reads it."""
    return parse_html(sample.data, url=sample.url, name=sample.name)


def our_text(sample: Sample) -> str:
    """The text that the product would store and quote from; empty when it refuses the page."""
    try:
        return "\n".join(block.text for block in ours(sample).blocks)
    except ParseError:
        return ""


def their_text(sample: Sample) -> str:
    """The text that trafilatura extracts by default."""
    return trafilatura.extract(sample.data, url=sample.url) or ""


def section_paths(parsed: ParsedDocument) -> tuple[tuple[str, ...], ...]:
    """Path of each section of a page, its title left out, as the store would keep them."""
    document = assemble(
        parsed,
        source_id="page",
        kind=DocumentKind.OFFICIAL,
        publisher="page",
        title=parsed.title or "",
        media_type="text/html",
    )
    return tuple(section.path for section in document.sections if section.path)


def fixtures() -> list[Sample]:
    """The fixture pages."""
    return [_fixture(path) for path in sorted(FIXTURES.glob("*.html"))]


def _fixture(path: Path) -> Sample:
    data = path.read_bytes()
    head, _, body = path.with_suffix(".txt").read_text(encoding="utf-8").partition("\n# ")
    fields = {match[1]: match[2].strip() for line in head.splitlines() if (match := _FIELD.fullmatch(line))}
    lines, paths, stack = [], list[tuple[str, ...]](), list[tuple[int, str]]()
    for line in ("# " + body).splitlines():
        heading = _HEADING.fullmatch(line)
        lines.append(heading[2] if heading else line)
        if heading is None:
            continue
        level = len(heading[1])
        if level == 1:
            fields.setdefault("title", heading[2])
            continue
        stack = [(depth, name) for depth, name in stack if depth < level] + [(level, heading[2])]
        paths.append(tuple(name for _, name in stack))
    canonical = re.search(rb'rel="canonical" href="([^"]+)"', data)
    url = canonical[1].decode() if canonical else None
    return Sample(path.stem, data, "\n".join(lines), url, fields, tuple(paths))


def real_pages(folder: Path) -> Iterator[Sample | str]:
    """The saved official pages of ``folder`` (``shared/official``), or a line that says why one is skipped."""
    texts = {
        line["id"]: (line["text"], line["url"])
        for path in sorted(folder.glob("documents-*.jsonl"))
        for line in read_lines(path)
    }
    for path in sorted((folder / "raw").glob("*.html")):
        found = _reference(path.name, {key: text for key, (text, _) in texts.items()})
        if found is None:
            yield f"{path.name}: no independent text version of it"
            continue
        key, reference = found
        yield Sample(path.name, path.read_bytes(), reference, texts[key][1] if key in texts else None)


def _reference(name: str, texts: Mapping[str, str]) -> tuple[str, str] | None:
    """``(id of the text, reference)`` of a saved file."""
    if (match := _FRAGMENT.fullmatch(name)) and match[1] in texts:
        # The fragment is the answer alone; its text version begins with the question.
        return match[1], texts[match[1]].partition("\n")[2]
    if (match := _SOURCE.fullmatch(name)) and (key := f"msc-page-{match[1]}") in texts:
        return key, texts[key]
    if (key := _WHOLE.get(name, "")) in texts:
        return key, _between_menus(texts[key])
    sheets = [text for key, text in sorted(texts.items()) if key.startswith("cnil-guide-dev-")]
    return (name, _plain("\n\n".join(sheets))) if name == _GUIDE and sheets else None


def _between_menus(text: str) -> str:
    """The text of a page saved with its menus, from its title to its footer."""
    _, mark, after = text.partition("\n# ")
    return after.partition("\nRépublique\nFrançaise")[0] if mark else text


def _plain(markdown: str) -> str:
    """Markdown without what is not read: addresses, images, tags, fences."""
    text = re.sub(r"!\[[^\]\n]*\]\([^)\n]*\)", "", markdown)
    text = re.sub(r"\]\([^)\n]*\)|\]\[[^\]\n]*\]", "]", text)
    return re.sub(r"<[^<>\n]+>|^```\w*$", "", text, flags=re.MULTILINE)


def table(samples: list[Sample]) -> Iterator[str]:
    """A line a page, and the means."""
    heads = "".join(f"{name + ' ' + part:>15}" for name in ("ours", "theirs") for part in ("P", "R", "F1"))
    yield f"{'page':44}{heads}"
    rows = [
        (sample.name, score(our_text(sample), sample.reference), score(their_text(sample), sample.reference))
        for sample in samples
    ]
    for name, mine, theirs in rows:
        yield f"{name:44}" + "".join(
            f"{value:15.3f}" for one in (mine, theirs) for value in (one.precision, one.recall, one.f1)
        )
    if rows:
        means = (
            sum(values) / len(rows)
            for values in zip(*((*_all(mine), *_all(theirs)) for _, mine, theirs in rows), strict=True)
        )
        yield f"{f'mean of {len(rows)}':44}" + "".join(f"{value:15.3f}" for value in means)


def _all(one: Score) -> tuple[float, float, float]:
    return one.precision, one.recall, one.f1


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    samples = fixtures()
    print(f"Fixture pages\n\n{chr(10).join(table(samples))}\n")
    shared = shared_folder()
    if shared is None:
        print("Saved official pages: skipped, the shared material is absent")
        return
    found = list(real_pages(shared / "official"))
    real = [one for one in found if isinstance(one, Sample)]
    print(f"Saved official pages\n\n{chr(10).join(table(real))}\n")
    for line in found:
        if isinstance(line, str):
            print(f"skipped  {line}")
    print(f"\nAll pages\n\n{list(table([*samples, *real]))[-1]}")


if __name__ == "__main__":
    main()
