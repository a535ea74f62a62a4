"""A masked question as it is searched: the marks out, and what only made sense beside them.

"Mme [nom masqué], NIR [numéro de sécurité sociale masqué], combien de temps garder son dossier ?" asks what "combien de
temps garder son dossier ?" asks: a title or a label left alone would be searched as a word of the question. Someone
who has a part in the sentence keeps it: "le dossier de Mme [nom masqué]" is "le dossier d’un patient". A label that the
sentence needs stays: "puis-je écrire son NIR [...] ?".
"""

import re

_MARK = r"\[[\w ]{3,40} masquée?\]"
_NAME = r"\[nom masqué\]"
_TITLE = r"\b(?:MM?|Mr|Mmes?|Mlles?|Monsieur|Madame|Mademoiselle)\b\.?\s*"
_DOCTOR = r"\b(?:Dr|Pr|Docteur|Professeur)\b\.?\s*"
_ASKS = (
    r"(?=\s*(?:(?:dans|à|sous|de|pour|en|au bout de) )?(?:combien|comment|quel|quand|qui|que|qu['’]|où|pourquoi|dois|"
    r"puis|peut|peux|faut|est-ce|a-t|ai-je)\b)"
)
_LABEL = (
    r"(?:(?:(?:n°|num[ée]ro|num|n)\.? ?(?:de |d['’])?)?(?:NIR|NSS|INS|s[ée]cu(?:rit[ée] sociale)?|SS|RPPS|ADELI|"
    r"IBAN|RIB|"
    r"t[ée]l(?:[ée]phone)?|portable|mobile|(?:e-?)?mail|m[èe]l|courriel|carte(?: vitale| bancaire)?|CB|DDN)|"
    r"(?:date de )?naissance)\.?\s*:?\s*"
)
_BORN = rf"\bn[ée](?:e|\(e\)|·e|\.e)?s?(?: le| en)?\s*:?\s*{_MARK}"
_OF = r"\b(?:de\s+|d['’]\s*)"


def _any_case(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_MARKED = _any_case(_MARK)
_STEPS = tuple(
    (_any_case(pattern), replacement)
    for pattern, replacement in (
        # "M. et Mme X": one is enough.
        (rf"{_TITLE}(?:et|ou)\s+(?={_TITLE}{_NAME})", ""),
        # Born on, or numbers and addresses between commas or brackets: about whom, not what.
        (rf",\s*{_BORN}\s*,(?!{_ASKS})", ""),
        (rf"\(\s*{_BORN}\s*\)|[,\s]*{_BORN}", ""),
        (rf"\(?\s*(?:(?:{_LABEL})?(?!{_NAME}){_MARK}[\s,;/]*)+\)", ""),
        (rf"(?:^|[,;:–—])\s*(?:{_LABEL})?(?!{_NAME}){_MARK}", ""),
        (rf"(\b(?:bonjour|bonsoir|salut|ch[eè]re?)\s+)(?:{_TITLE}|{_DOCTOR})?{_NAME}", r"\1"),
        # Someone who has a part in the sentence.
        (rf"(?:\bdu\s+|{_OF}){_DOCTOR}{_NAME}", "d’un médecin"),
        (rf"\bau\s+{_DOCTOR}{_NAME}", "à un médecin"),
        (rf"{_OF}(?:{_TITLE})?{_NAME}", "d’un patient"),
        (rf"\b(patiente?|fils|fille|père|mère|mari|femme|épou(?:x|se)|enfant)\s+(?:{_TITLE})?{_NAME}", r"\1"),
        (rf"(\b(?:à|pour|chez|avec|par|sur|contre|que)\s+)(?:{_TITLE})?{_NAME}", r"\1un patient"),
        # Someone named and nothing said of them.
        (rf"(^|[,;:(.?!])\s*(?:{_TITLE}|{_DOCTOR})?{_NAME}(?=\s*(?:[;:).?!]|$|,)|{_ASKS})", r"\1"),
        (rf"(?:\b(?:le|la)\s+)?{_DOCTOR}{_NAME}", "un médecin"),
        (rf"{_TITLE}{_NAME}", "un patient"),
        (rf"(^|[.?!]\s+){_NAME}", r"\1un patient"),
        (_MARK, " "),
        (r"\(\s*\)", " "),
        (r"\s{2,}", " "),
        (r"\s+(?=[,.)])", ""),
        (r",(?:\s*,)+", ","),
        (r"^[\s,;:.–—-]+", ""),
    )
)


def marks_out(text: str) -> str:
    """The text without what masking put in, and nothing else changed: how emergencies are read, titles included."""
    return re.sub(r"\s{2,}", " ", _MARKED.sub(" ", text)).strip()


def without_marks(text: str) -> str:
    """The text without what masking put in, and without the titles and labels that it leaves behind."""
    if _MARKED.search(text):
        for pattern, replacement in _STEPS:
            text = pattern.sub(replacement, text)
    return re.sub(r"\s{2,}", " ", text).strip()
