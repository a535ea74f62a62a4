"""Generations of the index on disk: written aside, synced, checked, switched in one atomic step.

    data/index/generations/<id>/manifest.json    SHA-256 and size of every other file, model, counts; sealed by
                                                 a SHA-256 over itself
    data/index/generations/<id>/...              see ``table``, ``vectors``, ``lexical``
    data/index/current -> generations/<id>       replaced by rename

A reader follows ``current`` once, then holds its generation open: a switch never touches it. A killed build
leaves a ``building-*`` folder, which the next build removes.
"""

import contextlib
import hashlib
import json
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.errors import BuildError, IndexDamaged, IndexMissing
from index.files import file_sha256, sync
from ingest.system_words import system_words

FORMAT = 2
MANIFEST = "manifest.json"
CURRENT = "current"
_SEAL = "seal"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds. ``files``: name -> [sha256, bytes]."""

    format: int
    generation: str
    built_at: str
    model: str
    model_digest: str
    dimension: int
    documents: int
    passages: int
    lines: int
    files: dict[str, tuple[str, int]]


def current_generation(root: Path) -> Path:
    """Folder of the generation that serves.

    Raises:
        IndexMissing: nothing has been built yet.
    """
    link = root / CURRENT
    if not link.is_symlink() or not link.is_dir():
        raise IndexMissing(str(root), "aucun index ; lancez « cybervigie index »")
    return link.resolve()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a generation.

    Raises:
        IndexDamaged: it is absent, unreadable, or of another format.
    """
    path = folder / MANIFEST
    try:
        content = dict(json.loads(path.read_text(encoding="utf-8")))
        seal = content.pop(_SEAL)
        if content["format"] != FORMAT:
            reason = f"format {content['format']} inconnu de cette version ; relancez « cybervigie index »"
            raise IndexDamaged(str(path), reason)
        if seal != _seal(content):
            raise IndexDamaged(str(path), "manifeste altéré ; relancez « cybervigie index »")
        files = {name: (str(digest), int(size)) for name, (digest, size) in content.pop("files").items()}
        return Manifest(**content, files=files)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(str(path), "manifeste illisible ; relancez « cybervigie index »") from error


def _seal(content: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def verify(folder: Path) -> Manifest:
    """Check every file of a generation against its manifest before anything parses it.

    Raises:
        IndexDamaged: a file is missing, added, or differs.
    """
    manifest = read_manifest(folder)
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    for name in sorted(present ^ set(manifest.files)):
        state = "absent" if name in manifest.files else "inattendu"
        raise IndexDamaged(str(folder / name), f"fichier {state} ; relancez « cybervigie index »")
    for name, (digest, size) in manifest.files.items():
        path = folder / name
        if path.stat().st_size != size or file_sha256(path) != digest:
            raise IndexDamaged(str(path), "fichier altéré ; relancez « cybervigie index »")
    return manifest


@dataclass(frozen=True, slots=True)
class Contents:
    """Counts and model of a generation about to be published."""

    model: str
    model_digest: str
    dimension: int
    documents: int
    passages: int
    lines: int


def publish(root: Path, write: Callable[[Path], Contents]) -> Manifest:
    """Let ``write`` fill a new folder, then make it the current generation.

    The caller holds the build lock. Whatever happens before the last rename, the previous generation serves; it is
    kept after it, for readers that have yet to switch and for going back.

    Raises:
        BuildError: the disk is full or not writable.
        IndexDamaged: what was written does not read back as it was written.
    """
    generations = root / "generations"
    try:
        generations.mkdir(parents=True, exist_ok=True)
        for stale in [*generations.glob("building-*"), *root.glob(f".{CURRENT}-*")]:
            shutil.rmtree(stale) if stale.is_dir() and not stale.is_symlink() else stale.unlink()
        work = generations / f"building-{uuid.uuid4().hex}"
        work.mkdir()
        try:
            manifest = _close(work, write(work))
            verify(work)
            target = generations / manifest.generation
            work.rename(target)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
        sync(generations)
        previous = (root / CURRENT).resolve().name
        _point(root, target)
    except OSError as error:
        cure = "l’index précédent reste en service : libérez de l’espace disque et relancez"
        raise BuildError(str(root), f"écriture impossible ({system_words(error)}) ; {cure}") from error
    _prune(generations, {target.name, previous})
    return manifest


def _close(work: Path, contents: Contents) -> Manifest:
    files: dict[str, tuple[str, int]] = {}
    for path in sorted(path for path in work.rglob("*") if path.is_file()):
        sync(path)
        files[path.relative_to(work).as_posix()] = (file_sha256(path), path.stat().st_size)
    now = datetime.now(UTC)
    manifest = Manifest(
        format=FORMAT,
        generation=f"{now:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}",
        built_at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        files=files,
        **asdict(contents),
    )
    path = work / MANIFEST
    # Through JSON first: what is sealed is what a reader will parse.
    content = json.loads(json.dumps(asdict(manifest)))
    path.write_text(json.dumps({**content, _SEAL: _seal(content)}, indent=1, ensure_ascii=False), encoding="utf-8")
    for synced in [path, *(folder for folder in work.rglob("*") if folder.is_dir()), work]:
        sync(synced)
    return manifest


def _point(root: Path, target: Path) -> None:
    """Replace the link in one rename: a reader sees the old generation or the new one, nothing between."""
    temporary = root / f".{CURRENT}-{uuid.uuid4().hex}"
    temporary.symlink_to(Path("generations") / target.name)
    temporary.replace(root / CURRENT)
    sync(root)


def _prune(generations: Path, kept: set[str]) -> None:
    """Remove the other generations, those of killed builds among them; what cannot be removed waits for the next."""
    for path in [path for path in generations.iterdir() if path.name not in kept]:
        with contextlib.suppress(OSError):
            # The manifest goes first: a half-removed generation can never pass for a whole one.
            (path / MANIFEST).unlink(missing_ok=True)
            shutil.rmtree(path)
