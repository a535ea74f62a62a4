"""Recognising an emergency from a sentence written in panic, before anything else is looked for.

An emergency is something that has happened (or is happening) to the person who writes, or the direct question of
what to do then. Questions about prevention or duties are ordinary ones. Ransomware (leave it on) and fake
support (restart) call for opposite gestures: fake support has signs of its own, and any sign of encryption or ransom
outweighs them, since leaving a machine on is the safer mistake.

Everything is matched on folded text: lower case, no accents, no punctuation but apostrophes and hyphens.
"""

import re
from enum import StrEnum

from bot import emergency_words as w
from index.tokens import fold


class Incident(StrEnum):
    """Kinds of emergency; the values are the ``emergency`` slugs of the starter corpus and of the contacts."""

    CLICKED = "clicked"
    RANSOMWARE = "ransomware"
    THEFT = "theft"
    WRONG_RECIPIENT = "wrong-recipient"
    FAKE_SUPPORT = "fake-support"
    FAKE_BANKER = "fake-banker"
    MAILBOX_HACKED = "mailbox-hacked"
    DATA_LEAK = "data-leak"


_RULES: tuple[tuple[Incident, re.Pattern[str]], ...] = (
    (
        Incident.FAKE_SUPPORT,
        w.any_of(
            rf"{w.FAKE} (?:support|technicien\w*|depann\w+|assistance|microsoft|reparateur|maintenance)",
            w.near(
                w.SUPPORT,
                r"m ?'?a appele\w*|m ?'?appelle|nous appelle|prise? (?:la )?main|main sur|a distance|anydesk|"
                r"teamviewer",
            ),
            w.near(w.SCREEN, r"bloque\w*|fige\w*|clignot\w*|infecte\w*|virus", rf"{w.CALL}|{w.SUPPORT}", gap=80),
            w.near(r"appele\w*|appelle", r"affichee?|ecran", gap=40),
            w.near(r"m ?'?a appele\w*|m ?'?appelle|appel|coup de fil", w.SUPPORT_STRANGER, gap=40),
            w.near(w.CALL, "microsoft|windows", rf"controle|{w.REMOTE}"),
            w.near(r"laissee?|donnee?|pris|prendre|prenne", w.REMOTE, rf"{w.STRANGER}|support|technicien|microsoft"),
            w.near(r"laissee?", w.STRANGER, w.REMOTE),
        ),
    ),
    (
        Incident.RANSOMWARE,
        w.any_of(
            w.near(w.FILES_OR_PC, r"est|sont|ete|se retrouvent?|devenus?|tous|completement", w.ENCRYPTED, gap=40),
            w.near(w.FILES_OR_PC, r"bloque\w*|verrouille\w*", w.CRIMINALS, gap=40),
            w.near(w.FILES_OR_PC, r"bloque\w*", r"demande de paiement|payer en", gap=40),
            w.near(rf"{w.ENCRYPTED}|bloque\w*", rf"(?:mes|nos|tous les|toutes les) (?:{w.FILES_OR_PC})", gap=20),
            w.near(w.CRIMINALS, w.ASK, r"euros|rendre|recuperer|debloquer|paiement|argent"),
            w.near(w.ASK, w.RANSOM, gap=40),
            w.near(w.RANSOM, r"demande\w*|reclame\w*|exige\w*|affiche\w*|apparait|ecran|recuperer"),
            rf"(?:message|demande) de (?:{w.RANSOM})",
            w.near(w.RANSOMWARE, rf"{w.WHAT_NOW}|victimes?|touche\w*|en cours|depuis|ce matin|cette nuit|serveur"),
            w.near(w.RANSOMWARE, r"(?:sur|dans) (?:mon|ma|mes|notre|nos|tous les|le serveur|les postes)", gap=20),
            w.near(rf"{w.HIT}|{w.WHAT_NOW}|on a|j ?'? ?ai|ya", w.RANSOMWARE, gap=40),
            w.near(w.FILES, r"extensions? (?:bizarres?|inconnues?|etranges?)"),
            w.near(w.FILES, r"s ?'?ouvrent? plus|ne s ?'?ouvr\w+|illisibles?", gap=30),
        ),
    ),
    (
        Incident.FAKE_BANKER,
        w.any_of(
            rf"{w.FAKE} (?:banquier|conseill\w+|banque|agent|ordres? de virement|rib|virement|fournisseur|facture)",
            w.near(w.BANKER, w.CALL, w.OPERATION, gap=80),
            w.near(w.CALL, w.BANKER, w.OPERATION, gap=80),
            w.near(r"se (?:disant|disait|faisant passer|faisait passer|pretendant)", w.BANKER, w.OPERATION),
            w.near(w.OPERATION, r"se (?:disant|disait|faisant passer|faisait passer|pretendant)", w.BANKER),
            w.near(
                rf"{w.DID}|fait|effectue|paye", "virement", r"faux|fraud\w*|escroc\w*|arnaque\w*|mauvais rib|pirate\w*"
            ),
            w.near("virement frauduleux", rf"fait|effectue|passe|recu|{w.WHAT_NOW}"),
            w.near(r"(?:change|changement|nouveau) (?:de )?rib", r"payee?|viree?|virement|envoyee?"),
            w.near(r"payee?|viree?", r"(?:faux|mauvais) (?:rib|compte|iban)"),
            w.near(r"donnee?|remise?", r"(?:ma|la|notre) carte", "coursier"),
            w.near(r"escroque\w*|arnaque\w*", w.BANKER, gap=30),
        ),
    ),
    (
        Incident.MAILBOX_HACKED,
        w.any_of(
            w.near(w.MAILBOX, rf"(?:ete|est|fait|sont|me|l ?'?ont|m ?'?ont|ont) (?:\w+ )?(?:{w.HACKED})", gap=30),
            w.near(rf"usurpe|{w.HACKED}", rf"(?:ma|mon|notre|nos|mes|la|le) (?:{w.MAILBOX})", gap=30),
            w.near(r"patients?|contacts?|confreres?|gens", r"recoivent|ont recu|recu", w.MESSAGES, w.NOT_MINE),
            w.near(r"envoi\w*|envoye\w*|partent?|ecri\w+", w.MESSAGES, w.WITHOUT_ME, gap=40),
            w.near(w.MESSAGES, r"partent|envoyee?s", w.WITHOUT_ME, gap=30),
            w.near(
                rf"pirate|{w.STRANGER}",
                r"utilise|connectee?|acces|entree?|dans",
                rf"m(?:on|a) (?:\w+ )?(?:{w.MAILBOX})",
                gap=30,
            ),
            w.near(w.MAILBOX, "mot de passe", r"changee?", "pirate"),
            w.near(r"plus acces|plus a acceder|plus me connecter", w.MAILBOX, r"change[res]*|pirate\w*"),
            w.near(r"connexions? (?:suspecte|inconnue|bizarre|etrange)s?", w.MAILBOX),
        ),
    ),
    (
        Incident.CLICKED,
        w.any_of(
            w.near(w.DID, w.CLICKED),
            w.near(w.DID, w.GAVE, w.BAIT, w.SUSPECT, gap=80),
            w.near(w.DID, w.SUSPECT, w.GAVE, w.BAIT, gap=80),
            w.near(w.DID, r"repond\w*", r"phish\w*|hamec\w*|faux (?:mail|sms)|frauduleu\w+|arnaque"),
            w.near(w.DID, r"ouverte?", r"fichiers?|piece jointe|pj|excel|word", r"macros?|antivirus|virus|bizarre"),
            w.near(w.DID, w.TYPED, w.SECRETS, w.WHAT_NOW),
            w.near(rf"{w.SECRETS}|codes?", w.TYPED, r"(?:faux|fausse) (?:site|page|formulaire|mail|sms)|imit\w+"),
            w.near(w.TYPED, rf"{w.SECRETS}|codes?", r"(?:faux|fausse) (?:site|page|formulaire|mail|sms)|imit\w+"),
            w.near(w.CLICKED, r"liens?|piece jointe|pj|mails?|sms", rf"{w.WHAT_NOW}|par erreur"),
            w.near(
                r"victime|fait avoir|avoir par|pieger? par|tombe\w* dans",
                r"phish\w*|hamec\w*|fishing|sms|faux (?:mail|site)",
            ),
        ),
    ),
    (
        Incident.THEFT,
        w.any_of(
            w.near(w.STOLEN, w.DEVICES),
            w.near(w.DEVICES, r"vole(?:e|s|es)?|derobe\w*|perdue?s?|egare\w*|disparue?s?|cambriole\w*", gap=40),
            w.near(r"vol|perte", r"de|d ?'?|du", w.DEVICES, gap=20),
            w.near(r"cambriolage|cambriole\w*|forcee?|fracturee?", r"pris|emporte\w*|vole\w*|disparu\w*", w.DEVICES),
            w.near("cabinet", r"cambriole\w*", gap=20),
            w.near(r"cambriolage|cambriole\w*", "cabinet"),
        ),
    ),
    (
        Incident.WRONG_RECIPIENT,
        w.any_of(
            w.near(w.SENT, r"mauvais\w*|faux|pas (?:le|la) bon\w*|pas au bon|par erreur|homonyme", gap=80),
            w.near(w.SENT, r"autre (?:patiente?|personne|famille|dossier)|d ?'?une? autre", gap=80),
            r"(?:mauvaise?|erreur de) (?:destinataire|patient|adresse)",
            w.near(r"trompe\w*", w.PEOPLE, gap=40),
            w.near("par erreur", r"envoye\w*|transmis\w*|contacte\w*|mail|resultats?|compte rendu|ordonnance"),
            w.near(w.LETTER, r"(?:est |sont )?partie?s? chez", gap=40),
            w.near(r"mis|envoye\w*|ecrit", r"(?:au lieu|pas|sans)", r"cci|copie cachee"),
        ),
    ),
    (
        Incident.DATA_LEAK,
        w.any_of(
            w.near(rf"{w.FILES}|resultats?|ordonnances?|radios?|images?|photos?|infos?|informations?", w.IN_THE_OPEN),
            w.near(
                r"trouvee?s?|retrouvee?s?|vois|vu|apparai\w+|visibles?",
                r"en ligne|sur internet|sur le net|sur google(?! drive)",
            ),
            w.near(
                r"fuites? de (?:donnees|la base|dossiers)|donnees (?:ont )?fuite\w*|donnees volees|vol de donnees",
                rf"{w.WHAT_NOW}|cabinet|patients|editeur|logiciel",
            ),
            w.near(
                rf"on a|j ?'? ?ai|nous avons|{w.SUPPLIER}",
                w.STRUCK,
                r"fuites?|fuite\w*|donnees|patients|piratage|violation|cyberattaque",
            ),
            w.near(w.SUPPLIER, r"intrusion|piratage|cyberattaque|exfiltr\w+", rf"{w.FILES}|patients"),
        ),
    ),
)
# Something that has happened, or the call for what to do: without it a sentence is a question about the subject.
_HAPPENED = w.any_of(
    w.DID,
    w.DONE_TO,
    w.WHAT_NOW,
    r"vient de|viennent de|sont|est(?!-ce)|a ete|ont ete|ont tous|en cours|par erreur|a (?:ete )?contacte",
    r"affichent?|clignote|demande\w*|exige|reclame\w*|recoivent|circulent|utilise|usurpe|volee?|perdue?|cambriolage",
    r"ne retrouve plus|n'arrive plus|n'ai plus|plus aucun|m'informe|m'annonce|donnee? sur",
    r"(?:sur|dans) (?:mon|ma|notre)|mauvaise? (?:numero|destinataire|adresse|patient|personne)|erreur de destinataire",
)
# Questions that speak of an incident without having one: prevention, definitions, duties in general.
_ORDINARY = w.any_of(
    r"eviter|se proteger|se premunir|proteger (?:mon|ma|mes|le|la|les|un|une|contre)",
    r"prevenir (?:le|les|un|une|des) (?:rancon\w*|hamec\w*|phish\w*|risques?|attaques?|piratage|vols?)",
    r"comment (?:reconnaitre|reperer|savoir si|detecter|se premunir|chiffrer|crypter|securiser|proteger|former)",
    r"c ?'?est quoi|qu ?'?est[- ]ce qu\w*|definition|differences? entre|faut[- ]il (?:chiffrer|crypter|assurer)",
    r"sensibilis\w*|formations?|former|exercices?|assurances? (?!maladie)|au cas ou|exemples? de|statistiques?",
    r"(?:informer|previent|previens|prevenir|avertir|notifier) (?:mes|les|nos|tous|le|la|ses) (?:patiente?s?|cnil)",
    r"ca compte|notifier a la cnil|combien (?:de cabinets|de medecins)",
    r"est-ce (?:suffisant|conforme|permis|autorise|legal|obligatoire|prudent)|(?:ai|a-t)-(?:je|on|il|elle) le droit",
    r"chiffree?s? (?:chez|avec|au repos|en transit|par (?:mon|le|l'|notre) ?(?:hebergeur|editeur|logiciel))",
    # "Les données sont-elles chiffrées ?" asks; "mes données sont chiffrées" tells.
    r"(?:sont|est|doivent|doit|peuvent|peut|ont-t|a-t|protegent|couvre-t)-(?:ils?|elles?|on)",
)


_FAKE_SUPPORT_BY_NAME = w.any_of(rf"{w.FAKE} (?:support|technicien\w*|depann\w+|assistance|microsoft|reparateur)")
_ENCRYPTION = w.any_of(
    w.RANSOM,
    w.RANSOMWARE,
    w.near(w.FILES_OR_PC, r"chiffre\w*|crypte\w*", gap=40),
    rf"(?:tout|tous) (?:est|sont) (?:{w.ENCRYPTED})",
)
_GONE = w.any_of(
    w.near(r"vole[es]*|perdue?s?|egare\w*|derobe\w*|pique[res]*", w.DEVICES, gap=30),
    w.near(w.DEVICES, r"vole[es]*|perdue?s?|egare\w*|derobe\w*", gap=60),
)
_UNDER_RANSOM = w.any_of(w.RANSOM, w.RANSOMWARE, w.near(w.FILES, r"sont|tous|ont", w.ENCRYPTED, gap=20))
_NOT_CLICKED = w.any_of(
    r"(?:n ?'?ai|ai|a|avons) (?:rien|pas) (?:\w+ )?(?:cliqu\w*|ouvert|donne|saisi|repondu)",
    r"sans (?:avoir )?cliqu\w*",
    r"clique\w* ou (?:pas|non)|(?:dois|puis|peux)[- ]je cliquer",
)
_PHONE_LOCKED = w.any_of(w.near(r"telephones?|smartphones?|iphone|portable|mobile", r"verrouille\w*|bloque\w*", gap=30))
_ASKS_WHETHER = re.compile(r"^ ?(?:est-ce que|est ce que|les |mes |nos )\b.*\b(?:sont-|est-ce que)|^ ?est[- ]ce que\b")
# An attack without a word on what it is: which sheet to open has to be asked.
_VAGUE = w.any_of(
    rf"(?:{w.DID}|victimes?|subi\w*|en cours|{w.WHAT_NOW}|je (?:crois|pense)).{{0,50}}"
    r"(?:cyber-?attaque\w*|attaque informatique|pirater|piratee?s?|piratage|hackee?s?|hacker)",
    rf"(?:cyber-?attaque\w*|attaque informatique|piratage)\b.{{0,50}}(?:en cours|{w.WHAT_NOW}|au cabinet|chez nous)",
    r"(?:cabinet|ordi\w*|pc|poste|site|logiciel|serveur|reseau).{0,30}"
    r"(?:ete|est|fait) (?:pirate\w*|hacke\w*|infecte\w*|attaque\w*)",
    # Ransomware or fake support: opposite gestures, so the question is asked.
    r"(?:ecran|ordi\w*|pc|poste)\b.{0,40}\bbloque\w*.{0,60}\b(?:pay\w*|argent|euros|demande\w*)",
    r"je suis (?:pirater|piratee?|hackee?|hacker)",
    r"(?:un|des|le|ce) (?:virus|trojan|malware|cheval de troie)\b.{0,40}\b(?:sur|dans) (?:mon|ma|notre|nos|le|l'|un)",
    r"(?:mon|ma|notre) (?:ordi\w*|pc|poste|machine).{0,40}\b(?:virus|infecte\w*|bizarre\w*|anormal\w*)",
)

# What one has to do in general: a question that the texts answer.
_DUTY = w.any_of(
    r"(?:dois|doit|faut|devons|peut|puis)[- ](?:je|il|on|"
    r"nous) (?:\w+ ){0,2}(?:notifier|declarer|prevenir|informer|porter plainte)",
    r"qui (?:contacter|appeler|prevenir|alerter).{0,30}en cas d",
    r"si (?:je suis|on est|nous sommes) (?:pirat|attaqu|hack)\w*",
)
_TROUBLE = w.any_of(
    rf"{w.CLICKED}|{w.RANSOM}|{w.RANSOMWARE}|pirat\w*|hack\w*|virus|trojan|malware|cheval de troie|cyber-?attaque\w*",
    r"cambriole?\w*|a ete vole\w*|disparu\w*|intrusion|infecte\w*|"
    r"escroque\w*|arnaque\w*|phish\w*|hamec\w*|frauduleu\w*",
    r"encrypted|spams?|tete de mort|debloquer|prend le controle|"
    r"pris le controle|anydesk|teamviewer|monsieur de microsoft",
    r"(?:plus|pas) (?:a )?ouvrir (?:mes|les|nos) (?:fichiers|"
    r"dossiers|documents)|ouvert une? .{0,30}(?:pj|piece jointe)",
    r"accede .{0,30}dossier .{0,20}sans (?:raison|droit|autorisation)|"
    r"(?:pj|piece jointe) .{0,60}(?:rame|bizarre|tout seul)",
)


def detect(question: str) -> Incident | None:
    """The emergency that a question speaks of, or None. Case, accents and apostrophes do not matter."""
    text = _plain(question)
    if _ORDINARY.search(text) or not _HAPPENED.search(text):
        return None
    found = [incident for incident, pattern in _RULES if pattern.search(text)]
    if Incident.FAKE_SUPPORT in found and _ENCRYPTION.search(text) and not _FAKE_SUPPORT_BY_NAME.search(text):
        return Incident.RANSOMWARE
    if Incident.RANSOMWARE in found and not _UNDER_RANSOM.search(text):
        # A stolen machine that was encrypted, a locked telephone, "are my files encrypted?": no ransomware.
        if _GONE.search(text):
            return Incident.THEFT
        if _PHONE_LOCKED.search(text) or _ASKS_WHETHER.search(text):
            found.remove(Incident.RANSOMWARE)
    if (
        Incident.RANSOMWARE in found
        and _ASKS_WHETHER.search(text)
        and not w.any_of(w.RANSOM, w.RANSOMWARE).search(text)
    ):
        found.remove(Incident.RANSOMWARE)
    if Incident.CLICKED in found and _NOT_CLICKED.search(text):
        found.remove(Incident.CLICKED)
    return found[0] if found else None


def vague_attack(question: str) -> bool:
    """Whether a question tells of an attack without saying which: "on a été piratés", "j'ai un virus"."""
    text = _plain(question)
    return not _ORDINARY.search(text) and not _DUTY.search(text) and bool(_VAGUE.search(text))


def speaks_of_incident(question: str) -> bool:
    """Whether a question that found no answer holds a word of trouble: it must not end in "outside the subject"."""
    text = _plain(question)
    return not _ORDINARY.search(text) and bool(_TROUBLE.search(text))


def _plain(question: str) -> str:
    text = re.sub(r"[’']", "'", fold(question))
    text = re.sub(r"[^\w' -]+", " ", text)
    return re.sub(r"\s+", " ", text)
