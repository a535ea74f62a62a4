"""Generations of the index on disk: written aside, synced, checked, switched in one atomic step.

    data/index/generations/<id>/manifest.json    SHA-256 and size of every other file, model, counts
    data/index/generations/<id>/...              see ``table``, ``vectors``, ``lexical``
    data/index/current -> generations/<id>       replaced by rename

A reader follows ``current`` once, then holds its generation open: a switch never touches it. A killed build
leaves a ``building-*`` folder, which the next build removes.
"""

import json
import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.embed import file_sha256
from index.errors import BuildError, IndexDamaged, IndexMissing

FORMAT = 1
MANIFEST = "manifest.json"
CURRENT = "current"
KEEP = 2
"""Generations kept: the current one and the one before, for readers that have yet to switch and for going back."""


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
        content = json.loads(path.read_text(encoding="utf-8"))
        manifest = Manifest(**{**content, "files": {name: (str(s), int(n)) for name, (s, n) in content["files"].items()}})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(str(path), "manifeste illisible ; relancez « cybervigie index »") from error
    if manifest.format != FORMAT:
        raise IndexDamaged(str(path), f"format {manifest.format} inconnu de cette version ; relancez « cybervigie index »")
    return manifest


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

    The caller holds the build lock. Whatever happens before the last rename, the previous generation serves.

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
            manifest = _seal(work, write(work))
            verify(work)
            target = generations / manifest.generation
            work.rename(target)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
        _sync(generations)
        _point(root, target)
        _prune(generations, target)
    except OSError as error:
        reason = f"écriture impossible ({error.strerror}) ; l’index précédent reste en service : libérez de l’espace et relancez"
        raise BuildError(str(root), reason) from error
    return manifest


def _seal(work: Path, contents: Contents) -> Manifest:
    files: dict[str, tuple[str, int]] = {}
    for path in sorted(path for path in work.rglob("*") if path.is_file()):
        _sync(path)
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
    path.write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False), encoding="utf-8")
    for synced in [path, *(folder for folder in work.rglob("*") if folder.is_dir()), work]:
        _sync(synced)
    return manifest


def _point(root: Path, target: Path) -> None:
    """Replace the link in one rename: a reader sees the old generation or the new one, nothing between."""
    temporary = root / f".{CURRENT}-{uuid.uuid4().hex}"
    temporary.symlink_to(Path("generations") / target.name)
    temporary.replace(root / CURRENT)
    _sync(root)


def _prune(generations: Path, current: Path) -> None:
    old = sorted((path for path in generations.iterdir() if path.is_dir() and path != current), key=lambda path: path.name)
    for path in old[: max(0, len(old) - (KEEP - 1))]:
        # The manifest goes first: a half-removed generation can never pass for a whole one.
        (path / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
