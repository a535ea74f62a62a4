"""Joining the lines of a paragraph: spaces, and words cut at the end of a line."""

import re
from collections import Counter
from collections.abc import Iterable

from ingest.text import clean

_HYPHENS = "-\u2010\u00ad"
_CUT = re.compile(rf"([^\W\d_]+)[{_HYPHENS}]$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*[/\-_=?&.]$")
# First parts of compounds, and what follows a hyphen in French grammar.
_FIRST = re.compile(
    "sous|après|avant|demi|semi|mi|ex|non|sans|contre|entre|vice|quasi|celui|celle|ceux|celles|peut|est|rendez|au|ci|grand"
    "|plate|porte|mot|savoir|e|libre|mise|vis|tout|haut|bas|court|long|dix|vingt|trente|quarante|cinquante|soixante|quatre"
)
_SECOND = re.compile(
    "t|il|ils|elle|elles|on|je|tu|nous|vous|le|la|les|lui|leur|y|en|ce|ci|là|moi|toi|mêmes?|dessus|dessous|dire|être|delà"
    "|vis|clés?"
)


class Joiner:
    """Joins lines into one text; knows the words of the document, so that a cut word can be recognised."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        for text in texts:
            # A cut word at the end of a line is no witness of how it is written.
            whole = _CUT.sub("", text)
            self._words.update(word.casefold() for word in _WORD.findall(whole))

    def join(self, text: str, line: str) -> tuple[str, int]:
        """``text`` followed by the clean ``line``, and the offset where ``line`` begins in it."""
        cut = _CUT.search(text)
        if cut and line[:1].isalpha():
            kept = text if self._keeps_hyphen(cut[1], line) else text[:-1]
            return kept + line, len(kept)
        if text[-1:] in _HYPHENS and line[:1].isalnum() and not text.endswith((" -", " \u2010")):
            return text + line, len(text)
        if _ADDRESS.search(text.rsplit(" ", 1)[-1]) and line[:1].isalnum() and not line[:1].isupper():
            return text + line, len(text)
        joined = clean(f"{text} {line}") if text else line
        return joined, len(joined) - len(line)

    def _keeps_hyphen(self, first: str, line: str) -> bool:
        match = re.match(r"[^\W\d_]+", line)
        second = match[0] if match else ""
        whole, compound = f"{first}{second}".casefold(), f"{first}-{second}".casefold()
        if self._words[compound] != self._words[whole]:
            return self._words[compound] > self._words[whole]
        if second[:1].isupper():
            return True
        return bool(_FIRST.fullmatch(first.casefold()) or _SECOND.fullmatch(second.casefold()))
