"""Which publishers are official: those of the manifest, by their whole names."""

import re
from functools import cache
from pathlib import Path

import corpus
from ingest.manifest import load_manifest

MANIFEST = Path(corpus.__file__).parent / "sources.toml"
_BESIDE = re.compile(r"\s+[–—-]\s+|\s+via\s+|\s*/\s*|\s*,\s*")
_ASIDE = re.compile(r"\(([^()]*)\)")


def is_official(publisher: str | None, manifest: Path = MANIFEST) -> bool:
    """Whether a publisher's name is made of names of the manifest's publishers.

    "ANSSI (MonAideCyber)" and "CNIL via ANSSI" are; "Le vrai site de l’ANSSI" and "CNIL – espace pro" only hold such
    a name. What stands in parentheses names a service of the publisher, and is free.
    """
    names = _names(_ASIDE.sub(" ", publisher or ""))
    return bool(names) and names <= _official(manifest)


def _names(text: str) -> frozenset[str]:
    return frozenset(name for part in _BESIDE.split(text) if (name := _spaced(part)))


def _spaced(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.casefold()))


@cache
def _official(manifest: Path) -> frozenset[str]:
    names: set[str] = set()
    for source in load_manifest(manifest).sources:
        names |= _names(_ASIDE.sub(" ", source.publisher)) | {
            _spaced(name) for name in (source.publisher, *source.names)
        }
        # "CERT Santé (ANS)": the acronym that stands for the publisher is its name too.
        names |= {_spaced(aside) for aside in _ASIDE.findall(source.publisher) if aside.isupper()}
    return frozenset(names)
