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
_FORMULA = (
    r"(?:(?:bien |tres |tres bien )?cordialement(?: votre)?|respectueusement|confraternellement"
    r"|(?:sinceres |cordiales |meilleures |respectueuses )?salutations(?: distinguees| confraternelles)?"
    r"|bien a (?:vous|toi)|bonne (?:fin de )?(?:journee|soiree|semaine|reception)|a bientot|cdlt|cdt|bav"
    r"|(?:par avance )?merci(?: (?:beaucoup|bien|infiniment))?(?: d'avance| par avance)?"
    r"(?: (?:de|pour) (?:votre|ton) (?:aide|retour|reponse))?"
    r"|(?:dans|en) l'attente de .{2,60}|en vous remerciant.{0,80}"
    r"|(?:veuillez|je vous prie d)[ ']?(?:agreer|croire|recevoir).{0,140})"
)
_CLOSING = re.compile(rf"(?:{_FORMULA}[ ,.!;]*)+")
# On the last line, before a name: "... ? Cordialement, Jeanne".
_CLOSING_AT_END = re.compile(rf"(?<=[.?!,;])[ ]*(?:{_FORMULA}[ ,.!;]*)+[^?]{{0,60}}$")
_SIGNATURE_LINES = 15
_GREETING = re.compile(
    r"(?:(?:re|tr|fwd?) ?: ?)?(?:(?:bonjour|bonsoir|salut|hello|chers?|cheres?|mesdames|messieurs|madame|monsieur|"
    r"docteur|confreres?|consoeurs?|collegues?|a tous|et|tout le monde|l'equipe)\b[ ,]*)+"
    r"(?:[^?.!:,;]{0,30}[,!.:]+|$)[ ]*"
)
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
    forwarded = False
    for number, line in enumerate(lines):
        plain = _plain(line)
        following = [_plain(one) for one in lines[number + 1 : number + 4]]
        # The line that announces a quoted reply may be folded in two.
        announced = _BEFORE_QUOTE.fullmatch(plain) or (
            plain.startswith(("le ", "on ")) and following and _BEFORE_QUOTE.fullmatch(f"{plain} {following[0]}")
        )
        headers = _HEADER.fullmatch(plain) and any(_NEXT_HEADER.fullmatch(one) for one in following)
        if announced or headers or _CUT.fullmatch(plain):
            if any(kept):
                return kept
            # Nothing before it: what was forwarded is the message.
            forwarded = True
        elif not _QUOTED.match(line) and not (forwarded and not any(kept) and _NEXT_HEADER.fullmatch(plain)):
            kept.append(line)
    return kept


def _without_signature(lines: list[str]) -> list[str]:
    """The lines before the closing formula, where what follows it looks like a signature: short, and asking nothing."""
    for number, line in enumerate(lines):
        if not _CLOSING.fullmatch(_plain(line)):
            continue
        rest = [one for one in lines[number + 1 :] if one.strip()]
        if len(rest) <= _SIGNATURE_LINES and not any("?" in one for one in rest) and any(lines[:number]):
            return lines[:number]
    return lines


def _without_greeting(text: str) -> str:
    first, _, rest = text.partition("\n")
    greeting = _GREETING.match(_folded_alike(first))
    if greeting:
        first = first[greeting.end() :]
    text = f"{first}\n{rest}".strip()
    head, line_end, last = text.rpartition("\n")
    closing = _CLOSING_AT_END.search(_folded_alike(last))
    if closing:
        last = last[: closing.start()]
    return f"{head}{line_end}{last}".strip()


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
