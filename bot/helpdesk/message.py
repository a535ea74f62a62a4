"""What a person wrote in a message: without greeting, quoted replies, signature and notices of the mail programme.

Rules over lines, each anchored and of bounded length. What is doubtful stays: a signature that is read costs less than
a question that is not.
"""

import re

from index.tokens import fold
from ingest.text import clean

READ_MAX = 20_000
"""Characters of a message that are read."""
_BEFORE_QUOTE = re.compile(r"(?:le|on) .{4,160}?(?:a ecrit|wrote) ?:?")
_CUT = re.compile(
    r"-{2,} ?(?:message (?:d'origine|original|transfere|initial)|original message|forwarded message)\b.{0,40}"
    r"|(?:debut du )?message transfere ?:?|_{8,}|-- ?"
    r"|(?:envoye (?:de|depuis|a partir de) (?:mon|ma|outlook|yahoo|orange)|sent from my|obtenez outlook|get outlook "
    r"|telecharger outlook).{0,80}"
    r"|(?:ce (?:message|courriel|mail|courrier electronique)|this (?:message|e-?mail))\b.{0,200}"
    r"\b(?:confidentiel|confidential|destinataires?|intended)\b.{0,400}"
)
_HEADER = re.compile(r"\*?(?:de|from|expediteur)\*? ?:.{0,200}")
_NEXT_HEADER = re.compile(r"\*?(?:envoye(?: le)?|date|sent|a|to|cc|objet|subject)\*? ?:.{0,200}")
_QUOTED = re.compile(r"\s*(?:>|&gt;)")
_FORMULA = re.compile(
    r"(?:(?:(?:bien |tres |tres bien )?cordialement(?: votre)?|respectueusement|confraternellement"
    r"|(?:sinceres |cordiales |meilleures |respectueuses )?salutations(?: distinguees| confraternelles)?"
    r"|bien a (?:vous|toi)|bonne (?:fin de )?(?:journee|soiree|semaine|reception)|a bientot|cdlt|cdt|bav"
    r"|(?:par avance )?merci(?: (?:beaucoup|bien|infiniment))?(?: d'avance| par avance)?"
    r"(?: (?:de|pour) (?:votre|ton) (?:aide|retour|reponse))?)\b"
    r"|(?P<waiting>(?:dans|en) l'attente de )|(?P<thanking>en vous remerciant\b)"
    r"|(?P<ceremony>(?:veuillez|je vous prie d)[ ']?(?:agreer|croire|recevoir)\b))"
)
_GOES_ON = {"waiting": 60, "thanking": 80, "ceremony": 140}
"""Characters that may follow those formulas, whatever they say."""
_BETWEEN = re.compile(r"[ ,.!;]*")
_FORMULAS_MAX = 5
_CLOSING_MAX = 300
"""Characters of a line that can be closing formulas."""
_NAME_MAX = 60
"""Characters of a name after them, on the same line: "... ? Cordialement, Jeanne"."""
_STOP = re.compile(r"[.?!,;] *")
_SIGNATURE_LINES = 15
_PREFIX = re.compile(r"(?:re|tr|fwd?) ?: ?")
_GREETING = re.compile(
    r"(?:bonjour|bonsoir|salut|hello|chers?|cheres?|mesdames|messieurs|madame|monsieur|docteur|professeur|maitre|"
    r"confreres?|cons(?:oe|œ)urs?|collegues?|a tous|a toutes|et|tout le monde|l'equipe)\b *"
)
_TITLE = re.compile(r"(?:(?:mme|mlle|dr|pr|me)\b\.?|m\.|(?:le|la) (?=dr\b|pr\b|docteur|professeur)) *")
_NAME = re.compile(r"(?:\[[^\]]{1,30}\]|[A-ZÀ-ÖØ-Þ][\w'’-]{0,30}|(?:de|du|des|d'|le|la)\b) *")
"""A word of a name, as it is written; or the mark of one that was masked."""
_SEPARATOR = re.compile(r"[,!.:]+ *|$")
_GREETINGS_MAX = 4
_NAMES_MAX = 4
_ITEM = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)])\s")


def own_words(text: str) -> str:
    """The message itself, at most ``READ_MAX`` characters of ``text``: one line a paragraph or an item of a list."""
    lines = [clean(line) if line.strip() else "" for line in text[:READ_MAX].splitlines()]
    kept = _without_signature(_without_quotes(lines)) or [line for line in lines if not _QUOTED.match(line)]
    return _without_greeting("\n".join(_paragraphs(kept)))


def _plain(line: str) -> str:
    return fold(line).replace("’", "'").strip()


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    written = forwarded = False
    for number, line in enumerate(lines):
        plain = _plain(line)
        following = [_plain(one) for one in lines[number + 1 : number + 4]]
        # The line that announces a quoted reply may be folded in two.
        announced = _BEFORE_QUOTE.fullmatch(plain) or (
            plain.startswith(("le ", "on ")) and following and _BEFORE_QUOTE.fullmatch(f"{plain} {following[0]}")
        )
        headers = _HEADER.fullmatch(plain) and any(_NEXT_HEADER.fullmatch(one) for one in following)
        if announced or headers or _CUT.fullmatch(plain):
            if written:
                return kept
            # Nothing before it: what was forwarded is the message.
            forwarded = True
        elif not _QUOTED.match(line) and not (forwarded and not written and _NEXT_HEADER.fullmatch(plain)):
            kept.append(line)
            written = written or bool(line)
    return kept


def _without_signature(lines: list[str]) -> list[str]:
    """The lines before the closing formula, where what follows it looks like a signature: short, and asking nothing."""
    written = [number for number, line in enumerate(lines) if line.strip()]
    last = written[-_SIGNATURE_LINES - 1 :]
    asked = max((number for number in last if "?" in lines[number]), default=-1)
    for number in last:
        # Something must come before it, and no question after it.
        if number > written[0] and number >= asked and _is_closing(_plain(lines[number])):
            return lines[:number]
    return lines


def _is_closing(plain: str) -> bool:
    return len(plain) <= _CLOSING_MAX and _closing_end(plain, 0) == len(plain) > 0


def _closing_end(plain: str, start: int) -> int:
    """Where the closing formulas end that begin at ``start``; ``start`` where there is none.

    One formula after the other, never taken back: a repeated pattern whose parts may hold each other takes a time
    that doubles with every formula.
    """
    end = start
    for _ in range(_FORMULAS_MAX):
        found = _FORMULA.match(plain, end)
        if found is None:
            break
        end = found.end()
        if longest := _GOES_ON.get(found.lastgroup or "", 0):
            asks = plain.find("?", end, end + longest)
            limit = min(len(plain), end + longest) if asks < 0 else asks
            following = _FORMULA.search(plain, end, limit) if limit < len(plain) else None
            end = following.start() if following else limit
        between = _BETWEEN.match(plain, end)
        end = between.end() if between else end
    return end


def _closing_start(plain: str) -> int:
    """Where closing formulas begin at the end of a line, after a full stop or a comma; its length where none do."""
    begin = max(0, len(plain) - _CLOSING_MAX - _NAME_MAX)
    for stop in _STOP.finditer(plain, begin):
        end = _closing_end(plain, stop.end())
        if end > stop.end() and len(plain) - end <= _NAME_MAX and "?" not in plain[end:]:
            return stop.start() + 1
    return len(plain)


def _without_greeting(text: str) -> str:
    first, _, rest = text.partition("\n")
    first = first[_greeting_end(first) :]
    text = f"{first}\n{rest}".strip()
    head, line_end, last = text.rpartition("\n")
    last = last[: _closing_start(_folded_alike(last))]
    return f"{head}{line_end}{last}".strip()


def _greeting_end(line: str) -> int:
    """Where the greeting of a line ends; 0 where it has none.

    Up to a comma or the like: words of greeting, then a title and a name. After it only more words of greeting
    ("Bonjour, Docteur,"): free words, and a name there ("Bonjour, Mme X, 82 ans, ..."), belong to the message.
    """
    plain = _folded_alike(line)
    prefix = _PREFIX.match(plain)
    end = place = prefix.end() if prefix else 0
    for number in range(_GREETINGS_MAX):
        words = _run(_GREETING, plain, place)
        if words == place:
            break
        place = words
        if number == 0:
            place = _run(_NAME, line, _run(_TITLE, plain, place), _NAMES_MAX)
        separator = _SEPARATOR.match(plain, place)
        if separator is None:
            break
        end = place = separator.end()
    return end


def _run(pattern: re.Pattern[str], text: str, place: int, most: int = 10) -> int:
    """Where at most so many matches end that follow each other from ``place``."""
    for _ in range(most):
        found = pattern.match(text, place)
        if found is None:
            break
        place = found.end()
    return place


def _folded_alike(text: str) -> str:
    """Without case and accents, character for character, so that places are the same."""
    return "".join(folded if len(folded := fold(char)) == 1 else char for char in text.replace("’", "'"))


def _paragraphs(lines: list[str]) -> list[str]:
    """Lines that a mail programme folded, joined again."""
    found: list[str] = []
    open_line = False
    for line in lines:
        if not line:
            open_line = False
            continue
        if open_line and not _ITEM.match(line):
            found[-1] = f"{found[-1]} {line}"
        else:
            found.append(line)
        open_line = True
    return found
