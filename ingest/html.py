"""HTML pages to blocks: main text in reading order, with headings, anchors, lists, tables, FAQ parts and dates."""

import codecs
import re
import warnings

from bs4 import BeautifulSoup
from bs4.exceptions import ParserRejectedMarkup

from ingest.dates import written_date
from ingest.errors import ParseError
from ingest.fields import declared_fields, split_front_matter
from ingest.html_blocks import BlockWalker
from ingest.html_content import main_part, prune
from ingest.html_metadata import page_metadata
from ingest.model import BlockKind, ParsedBlock, ParsedDocument
from ingest.text import clean

_DECLARED = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Saved pages carry their images and style sheets: 99 % of their bytes, and nothing to read.
_DATA_URI = re.compile(rb"data:[\w.+-]+/[\w.+-]+(?:;[\w.=+-]+)*,[^\"')\s>]*")
_SCRIPT = re.compile(r"<(style|script)\b(?![^>]*ld\+json)[^>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# A component saved in the middle of a sentence is a div with one link in it: the HTML rules would end the paragraph.
_LINK_DIV = re.compile(
    r"([^>\s.!?;]\s*(?:<[a-z]+-[a-z-]+[^<>]*>\s*)?)<div\b[^<>]*>\s*(<a\b[^<>]*>[^<>]*(?:</?(?:span|b|strong|em)\b[^<>]*>[^<>]*)*</a>)"
    r"\s*</div>",
    re.IGNORECASE,
)
_DATE_LINE = re.compile(r"^(?:date de |derni[eè]re )?(?:publi|mis|modifi|actualis)[^.]{0,80}\d{4}\W*$", re.IGNORECASE)
_LITTLE_TEXT = 200
_MUCH_CODE = 2_000


def parse_html(data: bytes, *, url: str | None = None, name: str = "page HTML") -> ParsedDocument:
    """The main text of an HTML page; ``url`` is where it was fetched, ``name`` its name in error messages.

    YAML front matter before the page (Jekyll sources) is read. Raises ParseError when the page has no text.
    """
    text, charset_lost = decode_html(data)
    values, text, _ = split_front_matter(text, name=name)
    declared = declared_fields(values, name=name)
    slim = _LINK_DIV.sub(r"\1\2", _COMMENT.sub("", _SCRIPT.sub("", text)))
    soup = _soup(slim, name)
    metadata = page_metadata(soup, slim, url=url)
    hidden = prune(soup)
    blocks = BlockWalker().walk(main_part(soup))
    blocks = tuple(block for block in blocks if not _is_date_line(block))
    characters = sum(len(block.text) for block in blocks)
    if not characters:
        raise ParseError(name, "aucun texte lisible sans JavaScript : enregistrez la page affichée par le navigateur")
    notes = list(declared.warnings)
    if characters < _LITTLE_TEXT and len(text) - len(slim) + len(soup.find_all("script")) > _MUCH_CODE:
        notes.append("presque aucun texte sans JavaScript : enregistrez la page affichée par le navigateur")
    if hidden:
        notes.append(f"{hidden} passage(s) de texte caché laissé(s) de côté")
    if charset_lost:
        notes.append("caractères illisibles : le codage annoncé par la page n’est pas le bon")
    attributes = dict(declared.attributes)
    if metadata.site_name:
        attributes.setdefault("site_name", (metadata.site_name,))
    stated = " ".join(value for key in sorted(attributes) if "titre" in key.casefold() for value in attributes[key])
    return ParsedDocument(
        title=declared.title or next(iter(attributes.get("titrePageStatique", ())), None) or metadata.title,
        blocks=blocks,
        publisher=declared.publisher,
        url=declared.url or metadata.url,
        date=declared.date or written_date(stated) or metadata.date,
        lang=declared.lang or metadata.lang,
        licence=declared.licence,
        kind=declared.kind,
        source_id=declared.source_id,
        attributes=attributes,
        warnings=tuple(notes),
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


def _soup(text: str, name: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        # BeautifulSoup warns of texts that look like addresses or XML; they are read as HTML all the same.
        warnings.simplefilter("ignore")
        try:
            return BeautifulSoup(text.replace("\0", ""), "lxml")
        except (ParserRejectedMarkup, AssertionError, ValueError) as error:
            raise ParseError(name, "page HTML illisible : enregistrez-la à nouveau depuis le navigateur") from error


def _is_date_line(block: ParsedBlock) -> bool:
    """The line that only dates the page: its date is in a field, and nobody asks for it."""
    return (
        block.kind is BlockKind.PARAGRAPH and len(block.text) < 100 and _DATE_LINE.match(clean(block.text)) is not None
    )
