"""Text-message French spelt out before searching: "fo til dmander laccord" becomes "faut-il dmander laccord".

Only forms that are no words of ordinary French are listed, or that are followed by what tells them apart ("cb de" is
"combien de", "CB" a bank card). Glued elisions and misspellings are for ``spelling``.
"""

import re

_FORMS = {
    "ac": "avec",
    "avc": "avec",
    "ajd": "aujourd’hui",
    "auj": "aujourd’hui",
    "bcp": "beaucoup",
    "bjr": "bonjour",
    "bsr": "bonsoir",
    "cad": "c’est-à-dire",
    "cest": "c’est",
    "cr": "compte rendu",
    "chui": "je suis",
    "chuis": "je suis",
    "dc": "donc",
    "dept": "département",
    "dr": "docteur",
    "ds": "dans",
    "dsl": "désolé",
    "fo": "faut",
    "fopa": "faut pas",
    "grv": "grave",
    "info": "informatique",
    "jai": "j’ai",
    "jdois": "je dois",
    "jfais": "je fais",
    "jpe": "je peux",
    "jpeu": "je peux",
    "jpeux": "je peux",
    "jsui": "je suis",
    "jsuis": "je suis",
    "jveux": "je veux",
    "kan": "quand",
    "kel": "quel",
    "kelle": "quelle",
    "kels": "quels",
    "ki": "qui",
    "koi": "quoi",
    "lmettre": "le mettre",
    "mnt": "maintenant",
    "msg": "message",
    "mtn": "maintenant",
    "nb": "nombre",
    "ns": "nous",
    "num": "numéro",
    "ordo": "ordonnance",
    "ordos": "ordonnances",
    "ordi": "ordinateur",
    "ordis": "ordinateurs",
    "pb": "problème",
    "pbm": "problème",
    "pcq": "parce que",
    "pdt": "pendant",
    "pe": "peut",
    "pk": "pourquoi",
    "pq": "pourquoi",
    "pr": "pour",
    "prq": "pourquoi",
    "pro": "professionnel",
    "ptdr": "",
    "pat": "patient",
    "pats": "patients",
    "qd": "quand",
    "qq": "quelque",
    "qqch": "quelque chose",
    "qqn": "quelqu’un",
    "qqs": "quelques",
    "ss": "sans",
    "dun": "d’un",
    "dune": "d’une",
    "sui": "suis",
    "slt": "salut",
    "stp": "s’il te plaît",
    "svp": "s’il vous plaît",
    "tel": "téléphone",
    "tjr": "toujours",
    "tjrs": "toujours",
    "tjs": "toujours",
    "tps": "temps",
    "ts": "tous",
    "tt": "tout",
    "tte": "toute",
    "ttes": "toutes",
    "ttt": "traitement",
    "vs": "vous",
    "wtf": "",
}
# What tells the words apart: (pattern, replacement), in order, before the forms above.
_PHRASES = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"\b(?:cb|cbien|kombien|combi1) (?=(?:de?|d['’]?\s?\w+|il|ca|ça|sa)\b)", "combien "),
        (r"\b(?:faut|fo) ?cb\b", "faut combien"),
        (r"\b(?:fo|fau|faut) (?:t )?il\b|\bfo ?-?t[ -]?il\b|\bfautil\b", "faut-il"),
        (r"\b(?:es|est) ?se (?:que|ke|k)\b|\best ?ce (?:ke|k)\b|\beske?\b", "est-ce que"),
        (r"\bc (?=(?:quoi|koi|pour|pr|bon|ok|un|une|le|la|mon|ma|interdit|autoris\w+|oblig\w+|possible|grave|quel)\b)",
         "c’est "),
        (r"\bg (?=(?:\w+(?:é|e|i|u|is|it|ai)|le|la|pas|un|une|rien|peur|besoin)\b)", "j’ai "),
        (r"\ba quoi (?:ca|sa) ser[rt]e?\b", "à quoi ça sert"),
        (r"\bpar feu\b", "pare-feu"),
        (r"\bdossiers? pats?\b", "dossier patient"),
        # What texts call it.
        (r"\b(?:quelle (?:est )?(?:la )?)?(?:longueur|taille)(?: minimale?| minimum| recommand[ée]e)? "
         r"(?:d['’]un|du|des|de (?:mon|mes|nos)) mots? de passe(?: robustes?| solides?| forts?| s[ûu]rs?)?\b",
         "combien de caractères pour un mot de passe"),
        (r"\b(?:en )?1er\b", "premier"),
        (r"\b(on|ki|qui|il|elle|je|jpe) (?:pe|peu)\b", r"\1 peut"),
    )
)  # fmt: skip
_TOKEN = re.compile(r"(?<![\w-])[^\W_]+(?![\w-])")
_NEEDS_COMPANY = frozenset("info pro tel dr nb ac ss vs ns pr dc ds pe pat cr".split())  # noqa: SIM905
"""Forms that are also words or signs: spelt out only in a message that holds another form, or a phrase."""


def spelt_out(text: str) -> str:
    """The text with its text-message forms spelt out; an ordinary text comes back as it is."""
    changed = text
    for pattern, replacement in _PHRASES:
        changed = pattern.sub(replacement, changed)
    tokens = [token.casefold() for token in _TOKEN.findall(changed)]
    hasty = changed != text or any(token in _FORMS and token not in _NEEDS_COMPANY for token in tokens)
    company = hasty or sum(token in _NEEDS_COMPANY for token in tokens) > 1

    def full(match: re.Match[str]) -> str:
        token = match.group()
        form = token.casefold()
        # In capitals it is an acronym: SS, NB, VS.
        if form not in _FORMS or (token.isupper() and len(token) > 1) or (form in _NEEDS_COMPANY and not company):
            return token
        return _FORMS[form]

    return re.sub(r"\s{2,}", " ", _TOKEN.sub(full, changed)).strip()
