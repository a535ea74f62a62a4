"""Messages of people in trouble, read besides the emergencies: calls for help, payments made, exposure by others."""

import re

from index.tokens import fold

_PAID = re.compile(
    r"\b(?:j'ai|on a|nous avons|a|ont) (?:deja |tout |bien )?(?:paye|regle|vire|verse)\b|"
    r"\bpaiement (?:fait|effectue)\b|"
    r"\b(?:donne|communique|saisi|tape)e?s? (?:\w+ )?(?:numero de )?(?:carte|cb|rib|iban|coordonnees bancaires)\b"
)
# A message all of whose words are of this list, one of the first line at least, calls for help and says nothing more.
_CALLS = frozenset(
    """
    aide d'aide d'urgence aider aidez aidez-moi secours sos help urgence urgent urgente panique appeler appelle prevenir
    contacter joindre
    """.split()  # noqa: SIM905
)
_AROUND = frozenset(
    """
    a ai au aux avez avoir besoin bonjour bonsoir c ce ces dans de des dois dois-je doit est est-ce et extreme
    faire faut faut-il grave help il immediatement j'ai je la l'aide les m'aider maintenant me merci mes moi moi-meme ne
    nous numero on ou par pas peut peux pitie plait plus pour pouvez pouvez-vous puis-je quand que quel quelle quelqu'un
    qu'est-ce qui quoi rapide rapidement sais s'il stp suite svp te tout tres un une vite vous y
    """.split()  # noqa: SIM905
)
_PUBLISHED = re.compile(
    r"\b(?:publie\w*|poste\w*|diffuse\w*|affiche\w*|partage\w*|mis\w* en ligne|laisse\w*|ecri[ts]\w*)\b.{0,40}"
    r"\b(?:(?:mon|ma|mes) (?:adresse (?!mail|e-?mail|courriel|de messagerie)|domicile|nom\b|photos?\b|visage|numero\b|"
    r"telephone|coordonnees\b(?! bancaires)|vie privee|reputation)|(?:un |des |de |faux |mauvais )*avis\b)"
)
_BROKEN_INTO = re.compile(
    r"\b(?:pirat|hack|mot de passe|mots de passe|compte|messagerie|patiente?s? sur|dossiers?|rancon)"
)


def cries_for_help(question: str) -> bool:
    """Whether a message calls for help and does not say against what: "aidez moi svp urgent", "qui appeler"."""
    said = re.findall(r"[\w'-]+", fold(question).replace("’", "'"))
    return bool(_CALLS & set(said)) and all(word in _CALLS or word in _AROUND for word in said)


def published_about_oneself(question: str) -> bool:
    """Whether others have put the asker's own name, address or picture online, or an opinion of them."""
    text = fold(question).replace("’", "'")
    return bool(_PUBLISHED.search(text)) and not _BROKEN_INTO.search(text)


def tells_of_payment(question: str) -> bool:
    """Whether a message tells that money was paid or bank details given."""
    return bool(_PAID.search(fold(question).replace("’", "'")))
