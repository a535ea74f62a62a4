"""Whether a message is written in French, the only language of our texts: by its most frequent little words."""

import re

_FRENCH = """
le les des du un une et est sont pour dans sur avec que qui quel quelle comment combien nous vous je il elle ils on mes
mon ma nos notre votre vos ce cette ces par au aux pas ne ou mais bonjour merci faut peut dois
"""
# Little words of the languages that are most often written in France besides French.
_OTHERS = """
the of and to is are was were for with what how my your we you they this that should would can do does have has be when
which please hello from it not our their i
der die das und ist sind nicht mit für ein eine wie ich wir sie auf zu het een van niet voor hoe ik wij
el los las y por con una para cómo qué mi nuestro os da do não uma como il che di gli per sono della come perché
"""
_FRENCH_WORDS = frozenset(_FRENCH.split())
_OTHER_WORDS = frozenset(_OTHERS.split()) - _FRENCH_WORDS
_WORD = re.compile(r"[^\W\d_]+")
_WORDS_MIN = 5
"""Words below which nothing is said: a shorter message is taken as French."""


def is_foreign(text: str) -> bool:
    """Whether a text is in another language, beyond doubt; in doubt it is French."""
    words = [word.casefold() for word in _WORD.findall(text)]
    if len(words) < _WORDS_MIN:
        return False
    # Letters of another alphabet: Greek and whatever comes after it.
    if 2 * sum(word[0] >= "\u0370" for word in words) > len(words):
        return True
    french = sum(word in _FRENCH_WORDS for word in words)
    others = sum(word in _OTHER_WORDS for word in words)
    return others >= 3 and others > 2 * french
