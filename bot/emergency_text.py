"""A question typed in panic, made plain: no accents, no capitals, short-message spelling and typing errors repaired.

Repair goes by sound first ("cliké", "clicker" and "cliquai" sound like "cliqué"), then by optimal string alignment
(Damerau-Levenshtein with each letter moved once) over the words of trouble only: any other word is left as it is.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from rapidfuzz.distance import OSA

from bot.emergency_lexicon import KNOWN, LEXICON
from bot.marks import marks_out
from index.tokens import fold

_END = re.compile(r"[.!?;:]+(?=\s|$)|[!?;\n]+|\.{2,}")
_ABBREVIATION = re.compile(r"\b(m|mr|mme|mlle|dr|pr)\.", re.IGNORECASE)
# Read with their accents: "jé" is "j'ai", "je" is not.
_ACCENTED = {
    "jé": "j ai",
    "gé": "j ai",
    "jè": "j ai",
    "cé": "c est",
    "sé": "c est",
    "mé": "mes",
    "lé": "les",
    "dé": "des",
    "é": "et",
    "ché": "chez",
    "né": "n est",
}
_SHORT = {
    short: long
    for line in """
    g jai jaii gai = j ai; javais = j avais; jviens jvien jvient = je viens; jme jm = je me; jfais jfait jfe = je fais
    jsuis jsui chui chuis jss = je suis; sui = suis; jcrois jcroi = je crois; jpense = je pense; jpeux jpeu = je peux
    nai = n ai; narrive = n arrive; nest = n est; na = n a; cest = c est; cetait cetai = c etait; sest = s est
    ya = il y a; yavait = il y avait; koi kwa quoa = quoi; ke k q = que; ki = qui; kel kelle = quelle; kil quil = qu il
    kelkun kelqun quelqun qqn qqun = quelqu un; kan kand = quand; pa = pas; fau = faut; fair fer = faire; pe = peux
    tt tou = tout; ts = tous; ds dan = dans; pr = pour; ac avc avk = avec; ossi = aussi; otre = autre; ns = nous
    mtn mnt = maintenant; mdp mdps mtp pwd password = mot de passe; cb = carte bancaire; tel tels phone = telephone
    pj pjs = piece jointe; msg msgs = message; bq banke = banque; ordis = ordi; urg = urgent; pb = probleme
    dun = d un; dune = d une; dla = de la; etai = etait; veule veu ve = veut; vien = viens; rv = rdv; cr = compte rendu
    crs = comptes rendus; ouver ouvers = ouvert; prit = pris; mit mi = mis; resu = recu; fesait = faisait; wa = whatsapp
    macces = m acces; lappli = l appli; mappel mappelle mapelle = m appelle; mont = m ont; num nums = numero
    mauvait movai movais mauvai movaise = mauvais; pacient pacients = patients; ecrant = ecran
    mel email emails courriel courriels e-mail e-mails = mail
    """.replace("\n", ";").split(";")
    if "=" in line
    for shorts, long in [line.strip().split(" = ")]
    for short in shorts.split()
}
# "On ma volé", "la banque ma appelé": before these, "ma" is "m'a".
_AFTER_HAS = re.compile(
    r"(?:vole|tire|pique|pris|appele|appeler|telephone|contacte|demande|dit|ecrit|envoye|fait|donne|prevenu|chour\w*|"
    r"fauche|arnaque|escroque|debite|rappele|laisse|informe|conseille|derobe|pirate|hacke|voler|demander|tirer)"
)
_WHOLE = frozenset({"notre", "mode", "soldat", "dossier", "lien"})
_GLUED = re.compile(r"([ldmsn])([aeiouh]\w{3,})")
_LETTERS = re.compile(r"[a-z]{4,}")


def plain(question: str) -> str:
    """The question in folded words separated by spaces; sentences end with " ? " or " . ", hyphens stay.

    Apostrophes become spaces ("j'ai" -> "j ai"), masked identifiers disappear.
    """
    text = marks_out(question).replace("’", "'").replace("`", "'")
    text = _ABBREVIATION.sub(r"\1 ", text)
    text = _END.sub(lambda end: " ? " if "?" in end.group() else " | ", text)
    text = re.sub(r"[^\w'|?.€ -]+", " ", text).replace("'", " ")
    words: list[str] = []
    for raw in text.casefold().split():
        words.extend(_repaired(raw).split())
    return f" {' '.join(_has(words))} "


def _has(words: list[str]) -> Iterator[str]:
    for word, following in pairwise([*words, ""]):
        if word == "ma" and _AFTER_HAS.fullmatch(following):
            yield "m a"
        elif word == "c" and following not in ("est", "etait"):
            yield "c est"
        else:
            yield word


def _repaired(raw: str) -> str:
    """A word, or the words that it stands for."""
    if raw in _ACCENTED:
        return _ACCENTED[raw]
    word = re.sub(r"(.)\1{2,}", r"\1", fold(raw))
    if word in _SHORT:
        return _SHORT[word]
    if not _LETTERS.fullmatch(word) or KNOWN.fullmatch(word):
        return word
    glued = _GLUED.fullmatch(word)
    if glued and word not in _WHOLE and KNOWN.fullmatch(glued[2]):
        return f"{glued[1]} {glued[2]}"
    return _meant(word) or word


def _meant(word: str) -> str | None:
    """The word of trouble that a word was meant to be, if it is close enough to one."""
    key = _sound(word)
    if len(key) < 4:
        return None
    if key in _BY_SOUND:
        return _BY_SOUND[key]
    allowed = 0 if len(key) < 6 else 1 if len(key) < 10 else 2
    if allowed:
        for other, meant in _BY_SOUND.items():
            if other[0] == key[0] and len(other) >= 6 and OSA.distance(key, other, score_cutoff=allowed) <= allowed:
                return meant
    return None


_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"eaux?|aux?", "o"),
        (r"qu|ck|q|c(?![eiyh])", "k"),
        (r"c(?=[eiy])|z|x", "s"),
        (r"g(?=[eiy])", "j"),
        (r"ch", "6"),
        (r"h", ""),
        (r"y", "i"),
        (r"[ae][mn](?![aeiouymn])", "an"),
        (r"ai|ei", "e"),
        (r"(.)\1", r"\1"),
        (r"(?<=..)(?:ees|ent|es|er|ez|ee|e|s)$", ""),
    )
)


def _sound(word: str) -> str:
    """What a folded word sounds like, endings that are not heard left out."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


_BY_SOUND = {_sound(spelling): word for word, spellings in LEXICON.items() for spelling in (word, *spellings)}
