"""French words for what the operating system and SQLite say in English."""

import errno
import sqlite3

_ERRNO = {
    errno.ENOENT: "fichier ou dossier absent",
    errno.EEXIST: "ce nom est déjà pris par un fichier",
    errno.ENOTDIR: "ce n’est pas un dossier",
    errno.EISDIR: "c’est un dossier",
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.EROFS: "disque en lecture seule",
    errno.ENOSPC: "disque plein",
    errno.EDQUOT: "quota de disque atteint",
    errno.EFBIG: "fichier trop volumineux",
    errno.EIO: "erreur du disque",
    errno.EMFILE: "trop de fichiers ouverts",
    errno.ENAMETOOLONG: "nom trop long",
    errno.EADDRINUSE: "port déjà pris",
    errno.ENOMEM: "mémoire épuisée",
}
_SQLITE = {
    sqlite3.SQLITE_FULL: "disque plein",
    sqlite3.SQLITE_READONLY: "disque ou fichier en lecture seule",
    sqlite3.SQLITE_CANTOPEN: "fichier impossible à ouvrir",
    sqlite3.SQLITE_IOERR: "erreur du disque",
    sqlite3.SQLITE_BUSY: "déjà prise par une autre commande",
    sqlite3.SQLITE_NOTADB: "ce n’est pas une base de documents",
    sqlite3.SQLITE_CORRUPT: "fichier abîmé",
}
_PRIMARY = 0xFF
"""SQLite's extended codes hold the primary one in their last byte (https://www.sqlite.org/rescode.html)."""


def system_words(error: Exception) -> str:
    """What went wrong, in French, with the file where the error names one; other errors speak for themselves."""
    if isinstance(error, OSError) and error.errno is not None:
        words = _ERRNO.get(error.errno, f"erreur {error.errno} du système")
        return f"{words}\u00a0: {error.filename}" if isinstance(error.filename, str) else words
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return str(error) if code is None else _SQLITE.get(code & _PRIMARY, str(error))
    return str(error)
