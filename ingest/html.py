"""HTML pages to blocks: main text in reading order, with headings, anchors, lists, tables, FAQ parts and dates."""

import codecs
import re
from datetime import UTC, datetime, timedelta

from ingest.dates import written_date
from ingest.errors import ParseError
from ingest.fields import declared_fields, split_front_matter
from ingest.html_blocks import BlockWalker
from ingest.html_content import main_part, prune
from ingest.html_hidden import invisible_runs
from ingest.html_links import remove_link_lists
from ingest.html_metadata import PageMetadata, page_metadata
from ingest.html_noise import places_page
from ingest.html_styles import StyleRules
from ingest.html_tags import remove_tag_lists
from ingest.html_tree import page_tree, slim, style_sheets
from ingest.legible import is_binary, is_legible
from ingest.model import BlockKind, ParsedDocument

_DECLARED = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Saved pages carry their images and style sheets: 99 % of their bytes, and nothing to read.
_DATA_URI = re.compile(rb"data:[\w.+-]+/[\w.+-]+(?:;[\w.=+-]+)*,[^\"')\s>]*")
_HEAD = 4
_LITTLE_TEXT = 200
_MUCH_CODE = 2_000
_ILLEGIBLE = "contenu illisible : ce n’est pas du texte, enregistrez la page à nouveau depuis le navigateur"


def parse_html(
    data: bytes, *, url: str | None = None, name: str = "page HTML", now: float | None = None
) -> ParsedDocument:
    """The main text of an HTML page; ``url`` is where it was fetched, ``name`` its name in error messages.

    ``now``: Unix seconds; dates that the page shows beyond the day after are not taken for its own.

    YAML front matter before the page (Jekyll sources) is read. Raises ParseError when the page has no text of its
    own, or none that can be read.
    """
    text, charset_lost = decode_html(data)
    if is_binary(text):
        raise ParseError(name, _ILLEGIBLE)
    values, text, _ = split_front_matter(text, name=name)
    declared = declared_fields(values, name=name)
    light = slim(text)
    soup = page_tree(light, name=name)
    metadata = page_metadata(soup, url=url, latest=None if now is None else _day_after(now))
    hidden = prune(soup, StyleRules(style_sheets(text)))
    main = main_part(soup)
    links = remove_link_lists(main, url=metadata.url)
    remove_tag_lists(main)
    blocks = BlockWalker().walk(main)
    blocks = tuple(block for i, block in enumerate(blocks) if not places_page(block, at_head=i < _HEAD))
    characters = sum(len(block.text) for block in blocks)
    if links and all(block.kind is BlockKind.HEADING for block in blocks):
        raise ParseError(name, "aucun texte propre à cette page : elle ne fait que mener à d’autres")
    if not characters:
        raise ParseError(name, "aucun texte lisible sans JavaScript : enregistrez la page affichée par le navigateur")
    if not is_legible(" ".join(block.text for block in blocks)):
        raise ParseError(name, _ILLEGIBLE)
    notes = list(declared.warnings)
    if characters < _LITTLE_TEXT and len(text) - len(light) > _MUCH_CODE:
        notes.append("presque aucun texte sans JavaScript : enregistrez la page affichée par le navigateur")
    if links:
        notes.append(f"{links} lien(s) de navigation laissé(s) de côté")
    if hidden:
        notes.append(f"{hidden} passage(s) de texte caché laissé(s) de côté")
    if invisible := invisible_runs(light):
        notes.append(f"{invisible} suite(s) de caractères invisibles laissée(s) de côté")
    if charset_lost:
        notes.append("caractères illisibles : le codage annoncé par la page n’est pas le bon")
    attributes = dict(declared.attributes)
    for key, values_of_page in _page_attributes(metadata):
        if values_of_page:
            attributes.setdefault(key, values_of_page)
    stated = " ".join(value for key in sorted(attributes) if "titre" in key.casefold() for value in attributes[key])
    return ParsedDocument(
        title=declared.title or next(iter(attributes.get("titrePageStatique", ())), None) or metadata.title,
        blocks=blocks,
        publisher=declared.publisher,
        url=declared.url or metadata.url,
        date=declared.date or written_date(stated) or metadata.dates.best,
        lang=declared.lang or metadata.lang,
        licence=declared.licence,
        kind=declared.kind,
        source_id=declared.source_id,
        attributes=attributes,
        warnings=tuple(notes),
    )


def _day_after(now: float) -> str:
    """The next day in UTC: somewhere, it has begun."""
    return (datetime.fromtimestamp(now, UTC) + timedelta(days=1)).date().isoformat()


def _page_attributes(metadata: PageMetadata) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the page says of itself beside the fields of a document; the breadcrumb is context, never quoted."""
    return (
        ("site_name", tuple(filter(None, [metadata.site_name]))),
        ("breadcrumb", metadata.breadcrumb),
        ("published", tuple(filter(None, [metadata.dates.published]))),
        ("updated", tuple(filter(None, [metadata.dates.updated]))),
        ("attachments", metadata.attachments),
    )


def decode_html(data: bytes) -> tuple[str, bool]:
    """The page's text, and whether some bytes could not be decoded.

    Byte order mark first; then UTF-8 wherever it decodes, since a page that is valid UTF-8 is, whatever it declares;
    then the declared charset; then Windows-1252, as browsers do.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _slim(data, codec, "replace"), False
    data = _DATA_URI.sub(b"", data)
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:
        pass
    match = _DECLARED.search(data[:4096])
    codec = match[1].decode("ascii", "ignore").lower() if match else "windows-1252"
    try:
        if codecs.lookup(codec).name in {"iso8859-1", "ascii", "utf-8"}:
            codec = "windows-1252"
        return data.decode(codec), False
    except (LookupError, UnicodeDecodeError):
        text = data.decode("windows-1252", "replace")
        return text, "�" in text


def _slim(data: bytes, codec: str, errors: str) -> str:
    text = data.decode(codec, errors)
    return _DATA_URI.sub(b"", text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
