"""Whether a word of trouble tells of something that has happened, or only asks about it, supposes it or denies it.

Works on plain text (see ``emergency_text``), on the sentence that holds the word.
"""

import re

from bot.emergency_words import STAFF, WHAT_NOW, any_of

_WHAT_NOW = any_of(WHAT_NOW)
_QUESTION = re.compile(r"([^?|]*)\?")
# An auxiliary not long before the word: "j'ai cliqué", "ma secrétaire a ouvert", "mes fichiers sont chiffrés".
_AUXILIARY = re.compile(
    r"(?<![\w-])(?:j (?:ai|avais)|je (?:viens|me suis|suis|pense|crois)|on (?:a|vient|est|s est|m a|"
    r"nous a|utilise|me|nous|retrouve|"
    r"peut plus|ne peut plus)|"
    r"nous (?:avons|venons|sommes|nous sommes|a|ont)|(?:m|s|l|n) (?:a|ont|est|etait)|il y a|(?:il|elle|"
    r"qui|quelqu un|ils|elles|se) (?:a|ont|est|sont)|"
    r"(?:vient|viennent) (?:de|d)|subi[st]?|subissons|etait|etaient|(?:sont|est|ont|suis|etes)(?!-)|"
    # "a" is also "à" once folded.
    r"a (?!un |une |l |la |le |les |des |cet |cette |ce |distance|cote|tous |toute|quoi |cause |mon |ma |"
    r"mes |quelqu )\w*[eiust]|"
    rf"{STAFF} (?:a|ont|vient|s est|est))(?![\w-])"
)
_LIVE = re.compile(
    r"(?<![\w-])(?:en ce moment|en cours|maintenant|ce matin|cette nuit|hier|aujourd hui|depuis|ce soir|ce week-?end|"
    r"tout de suite|vient de|(?:dit|demand\w+|ordonne|veut|faut) (?:de|d|qu\w*|me)|me (?:dit|demande)|"
    r"j ai|je viens|je me suis|on (?:m|nous|s)|nous avons)(?![\w-])"
)
_DENIED = re.compile(
    r"(?<![\w-])(?:(?:pas|rien|jamais)(?: (?:encore|du tout|vraiment|ete|non plus|moi qui ai))*|"
    r"sans(?: avoir)?(?: rien)?|"
    r"aucune?|personne n a|au lieu de|avant (?:de|d)|failli|presque|surtout pas|ne pas|ne jamais|non|anti|"
    r"oublie\w* de) $"
)
_SUPPOSED = re.compile(
    r"(?<![\w-])(?:si (?:je|j|on|un|une|le|la|l|son|sa|ses|mon|ma|mes|nous|nos|quelqu un|il|elle)|quand (?:on|un|une)|"
    r"lorsqu\w*|en cas (?:de|d)|au cas ou|savoir si|verifier (?:si|que)|montrent? que|signes? (?:que|d)|eviter|"
    r"empecher|risque de|pourrait|contre (?:le|les|la|un|une)|avant (?:de|d))(?![\w-])"
)
_NOT_DONE = re.compile(
    r"(?<![\w-])(?:pas|rien|jamais|personne n a|failli)(?: (?:encore|ete|du tout))? "
    r"(?:cliqu\w*|ouvert\w*|ouvrir|vole\w*|donne|paye\w*|valide\w*|repondu|pris|perdu\w*)(?![\w-])"
)
_WORRY = re.compile(
    r"(?<![\w-])(?:grave|inquiet\w*|faire|dangereux|urgent|risque quoi) si $|(?:grave|inquiet\w*|faire) si (?:j|je|on)$"
)
# Questions about a subject. "faut-il", "sont-elles", "peut-on": a verb turned round.
_ASKS = any_of(
    r"comment|combien|pourquoi|quels?|quelles?|qu est|c est quoi|qu appelle\w*|est-ce qu\w*|est ce qu\w*|a quoi|existe|"
    r"definition|exemples?|difference|modele|procedure|statistiques?|peut on|peut-on|puis-je|puis je|faut il|doit on|"
    r"dois je|doit-on|dois-je|faut-il|(?:je|on) (?:peux|peut) (?!plus|rien|pas)",
    r"\w+(?:-t)?-(?:il|elle|ils|elles|on|je)",
    r"^ ?(?:est il|est elle|peut|ou|qui|quand|que (?!faire)\w+)",
)
_ABOUT = any_of(
    r"eviter|se proteger|protege\w*|prevention|sensibilis\w*|formations?|former|exercices?|simulation|tests? (?:de|d)|"
    r"refuse que|souhait\w+|voudrai\w+|entrainer|obligatoire|droit (?:de|d)|garantie|"
    r"assurance (?!maladie)|couvre|plan de|politique|clause|contrat|check-list",
    # To be got rid of: "un vieux PC à donner".
    r"a (?:jeter|donner|recycler|revendre|vendre|detruire|reformater|effacer|debarrasser)|au rebut|dechetterie",
)
_WHETHER_ALLOWED = any_of(
    r"(?:est-ce|est ce|c est|est-il|est-elle|ce|est) (?:bien |vraiment )?(?:conforme|competente?|permis|"
    r"autorise|legal|suffisant|prudent|obligatoire|normal|un probleme|un risque|"
    r"une violation|serieux|sur(?= *[?|]| *$))",
    r"ai-je le droit|a-t-(?:on|il|elle) le droit|faut-il (?:le|l|un|une|son|leur|mettre|aussi|refaire|restreindre)|"
    r"que (?:dois-je verifier|verifier)|que dit",
)
# Bare words of a subject: a search by keywords, unless something says that it has just happened.
_SUBJECT = any_of(
    r"delais?|declarations?|declar\w*|notif\w*|jurisprudence|assurances?|fiches?|guides?|reflexes?|"
    r"main courante|europe\w*|loi|lopmi|"
    r"articles?|rgpd|sanctions?|responsables?|sous-traitants?|numero vert|aide gratuite|rembours\w*|"
    r"conduite|perceval|thesee|"
    r"signaler|signalement|plaintes?|diagnostic|formater|restaurer|remettre en route|conseils?|information patients|"
    r"documents? a|doc a|no more ransom|europol|tous concernes|blocage|droits?|deepfake|maitriser|"
    r"attaques par|competent\w*"
)
_NOUN = re.compile(
    r"(?:faux|fausse|pseudo|rancong|ransom|crypto|lockbit|vols?|pertes?|fuite|violation|fraude|arnaque|"
    r"escroquerie|cyber|attaque|piratage|virus|"
    r"trojan|malware|cheval|intrusion|exfiltration)[\w ]*"
)
_SITUATED = any_of(
    r"j|je|m|mon|ma|mes|nous|notre|nos|on|cabinet|secretariat|secretaire|msp|maison de sante|patients?|"
    r"serveurs?|postes?|pc|ordi\w*|chez|tournee|voiture|dedans|dessus|euros|€|envoyee?s?|envole\w*|"
    r"donnee?|validee?|payee?|ouverte?|cliquee?"
)
_INFINITIVE = re.compile(r"\w+(?:er|ir|dre|ttre)$")
_OPENS_ASKING = re.compile(
    r" ?(?:et |mais |bonjour )?(?:c est quoi|qu est|qui|que|quels?|quelles?|quand|ou|comment|combien|pourquoi|"
    r"est-ce|est ce|peut|doit|dois|faut|puis)(?![\w])"
)
_ONESELF = re.compile(r"(?<![\w-])(?:j|je|m|mon|ma|mes|nous|notre|nos|on (?:m|nous|s))(?![\w-])")
_MYSELF = re.compile(r"(?<![\w-])(?:j ai|je me suis|je viens|on (?:m|nous|s)|nous avons)(?![\w-])")
_MINE = any_of(r"j|je|m|mon|ma|mes|on|nous|notre|nos|secretaire|secretariat|cabinet")
_WHETHER = re.compile(r" ?(?:et |mais |bonjour )?est[- ]ce qu")
_NOW = re.compile(
    r"(?<![\w-])(?:en ce moment|en cours|maintenant|ce matin|cette nuit|hier|s affiche\w*|affiche|apparait|apparu\w*|"
    r"sur mon ecran|vient de|ce week-?end)(?![\w-])"
)
_WHAT_TO_DO = any_of(r"que (?:\w+-\w+ )?faire|quoi faire|faire quoi|fai[ts] quoi")


def tells(text: str, start: int, end: int) -> bool:
    """Whether the word at ``text[start:end]`` tells of an event, as opposed to asking, supposing or denying it."""
    begin = max(text.rfind("|", 0, start), text.rfind("?", 0, start)) + 1
    ends = [found for mark in "|?" if (found := text.find(mark, end)) >= 0]
    whole = text[begin : min(ends, default=len(text))]
    before, sentence = text[begin:start], _WHAT_NOW.sub(" ", whole)
    if _DENIED.search(before[-40:]):
        return False
    supposed = _SUPPOSED.search(before)
    if supposed and _WORRY.search(before[: supposed.end()]):
        supposed = None
    if supposed:
        # "Que faire si ...": the question of what to do then is answered by the sheet.
        return bool(_WHAT_TO_DO.search(whole)) and not _ABOUT.search(sentence)
    if _WHETHER_ALLOWED.search(text):
        return False
    told = any(not _ASKS.search(before[-45:], found.end()) for found in _AUXILIARY.finditer(before[-45:]))
    if told and _OPENS_ASKING.match(sentence):
        # "Qui est responsable d'une fuite ?" tells nothing; "Que faire, ma boîte a été piratée" does.
        told = bool((_MYSELF if _WHETHER.match(sentence) else _ONESELF).search(before))
    if told:
        return not _ABOUT.search(before)
    if _ABOUT.search(sentence):
        return False
    if _NOW.search(sentence):
        return True
    if not _WHAT_NOW.search(text):
        noun = _NOUN.fullmatch(text[start:end])
        if _SUBJECT.search(sentence) or (noun and not _SITUATED.search(text)):
            return False
    if _INFINITIVE.fullmatch(text[start:end]) and not _LIVE.search(sentence) and not _WHAT_NOW.search(text):
        return False
    return not _ASKS.search(sentence)


def asks(text: str) -> bool:
    """Whether plain text is a question about a subject: what it is, how to avoid it, what the rules are."""
    return bool(_ABOUT.search(text) or _WHETHER_ALLOWED.search(text) or _ASKS.search(_WHAT_NOW.sub(" ", text)))


def denies(text: str) -> bool:
    """Whether plain text says that the thing was not done, or supposes it."""
    return bool(_NOT_DONE.search(text) or (_SUPPOSED.search(text) and not _WHAT_NOW.search(text)))


def about_oneself(text: str) -> bool:
    """Whether plain text speaks of the writer or of the practice, or calls for help."""
    return bool(_MINE.search(text) or _WHAT_NOW.search(text))


def calls(text: str) -> bool:
    """Whether plain text calls for help or asks what to do now."""
    return bool(_WHAT_NOW.search(text))


def puts_a_question(text: str) -> bool:
    """Whether a sentence of plain text ends on a question mark and asks something else than what to do now."""
    return any(not _WHAT_NOW.search(sentence) for sentence in _QUESTION.findall(text))
