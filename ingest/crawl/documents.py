"""From a parsed page to a document of its source: who speaks, under which title, and where it was found."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from ingest.manifest import Source
from ingest.model import Document, DocumentKind, ParsedDocument
from ingest.text import assemble, clean

_HIDDEN = re.compile(r"(\d+) (passage|caractère)\(s\)[^,;]* caché")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")
# What office programs write where nobody gave a title.
_PROGRAM_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel|office)\b.*|(?:untitled|sans titre|sans nom|document|diapositive|présentation"
    r"(?: powerpoint)?|powerpoint presentation|classeur|new document|nouveau document|mise en page|couverture)"
    r"[\s\d._-]*"
    r"|.*\.(?:docx?|pptx?|xlsx?|od[tps]|pdf|indd|ai|qxd|pub|rtf|html?)",
    re.IGNORECASE,
)
_FILE_LIKE = re.compile(r"[^\s]*[_\d-][^\s]*")
# "Télécharger le guide (PDF, 1,2 Mo)": what to do with the link, and what it weighs, are not the guide's title.
_ACTION = re.compile(
    r"(?:télécharge[rz]|consulte[rz]|ouvr(?:ir|ez)|li(?:re|sez)|voir|accéder à|découvr(?:ir|ez)|obtenir)\b"
    r"(?:\s+(?:le|la|les|ce|cet|cette|notre|un|une)\b|\s+l’|\s+l')?",
    re.IGNORECASE,
)
_WEIGHT = re.compile(
    r"\s*(?:[(\[–—-]\s*)?(?:(?:format\s*:?\s*)?pdf\b[\s:,–—-]*)?\d+(?:[.,]\d+)?\s*(?:[kmg]?o|[kmg]b|kio|mio)\b\s*[)\]]?\s*$"
    r"|\s*[(\[–—-]\s*(?:au\s+)?(?:format\s+)?pdf\s*[)\]]?\s*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_EMPTY_WORDS = frozenset(
    _WORD.findall(
        "ici pdf document fichier guide fiche lien suite télécharger consulter lire plus en savoir cliquez cliquer"
        " version le la les un une ce cette au format du de texte voir infographie page"
    )
)
# Words of next to every sentence of a language, and of none of the other's.
_FRENCH = frozenset(
    _WORD.findall("le la les des du et est une dans pour que qui sur au aux par vous votre vos ne pas ce sont")
)
_ENGLISH = frozenset(_WORD.findall("the of and to is for that with you your are this be by it or as not have from can"))
_SAMPLE_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Landing:
    """The page on which a file was found. ``link_text``: the words of the link that leads to it."""

    url: str
    title: str = ""
    link_text: str = ""


def crawled_document(
    parsed: ParsedDocument,
    *,
    source: Source,
    url: str,
    media_type: str,
    raw_sha256: str,
    retrieved_at: str,
    landing: Landing | None = None,
    attachments: Iterable[str] = (),
    archived: bool = True,
) -> Document:
    """The document of an address of a source, under that address.

    ``landing`` is where a PDF was found, ``attachments`` the PDFs that a page links to. Who speaks, what about and to
    whom is what the manifest says: a page's own word on that is not taken.
    """
    attributes = {
        **parsed.attributes,
        "topic": source.topics,
        "audience": source.audience,
        "region": (source.region,),
        "attachments": tuple(dict.fromkeys(attachments)),
        "landing_url": (landing.url,) if landing else (),
        "landing_title": (landing.title,) if landing and landing.title else (),
        "noarchive": () if archived else ("1",),
    }
    named = replace(
        parsed,
        url=url,
        lang="fr",
        licence=parsed.licence or source.licence,
        attributes={name: values for name, values in attributes.items() if values},
    )
    return assemble(
        named,
        source_id=url,
        kind=DocumentKind.OFFICIAL,
        publisher=source.publisher,
        title=document_title(parsed.title, url=url, landing=landing),
        media_type=media_type,
        raw_sha256=raw_sha256,
        retrieved_at=retrieved_at,
    )


def document_title(stated: str | None, *, url: str, landing: Landing | None = None) -> str:
    """The best title there is: the stated one, the words of the link, the landing page's title, the file's name."""
    title = clean(stated or "")
    if not is_poor_title(title, url):
        return title
    if landing is not None:
        for candidate in (link_title(landing.link_text), clean(landing.title)):
            if candidate and not is_poor_title(candidate, url):
                return candidate
    return _file_title(url) or title or url


def is_poor_title(title: str, url: str) -> bool:
    """Whether a title says nothing of the text: empty, a program's own, or the name of a file."""
    if len(_letters(title)) < 3 or _PROGRAM_TITLE.fullmatch(title):
        return True
    return _FILE_LIKE.fullmatch(title) is not None or (
        " " not in title and _letters(title) == _letters(_EXTENSION.sub("", _last_segment(url)))
    )


def link_title(text: str) -> str:
    """What a link says of the document behind it; "" where it only says to click."""
    title = clean(text)
    while (shorter := _WEIGHT.sub("", title)) != title:
        title = shorter
    title = clean(_ACTION.sub("", title, count=1) if _ACTION.match(title) else title).strip(" :–—-")
    words = [word.casefold() for word in _WORD.findall(title)]
    return title[:1].upper() + title[1:] if any(word not in _EMPTY_WORDS for word in words) else ""


def hidden_passages(parsed: ParsedDocument) -> int:
    """How many pieces of hidden text the parser dropped, by its warnings; the hidden characters of a PDF are one."""
    found = [match for warning in parsed.warnings if (match := _HIDDEN.match(warning))]
    return sum(int(match[1]) if match[2] == "passage" else 1 for match in found)


def is_french(parsed: ParsedDocument) -> bool:
    """Whether a text is in French. A page that says so is believed; templates and office programs that say English, or
    nothing, are often wrong, so that the words decide: another language needs to be both said and seen, or seen to be
    English."""
    if parsed.lang == "fr":
        return True
    french, english = _function_words(parsed)
    if parsed.lang in (None, "en"):
        return french >= english
    return french > english


def _function_words(parsed: ParsedDocument) -> tuple[int, int]:
    french = english = read = 0
    for block in parsed.blocks:
        words = [word.casefold() for word in _WORD.findall(block.text)]
        french += sum(word in _FRENCH for word in words)
        english += sum(word in _ENGLISH for word in words)
        read += len(block.text)
        if read > _SAMPLE_CHARS:
            break
    return french, english


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _last_segment(url: str) -> str:
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])


def _file_title(url: str) -> str:
    """A file's name as words: ``guide_d%27hygi%C3%A8ne-v2.pdf`` is "Guide d'hygiène v2"."""
    title = clean(re.sub(r"[_+\s-]+", " ", _EXTENSION.sub("", _last_segment(url))))
    return title[:1].upper() + title[1:]
