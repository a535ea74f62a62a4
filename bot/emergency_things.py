"""What trouble is about: a machine, data, an account, money; or a bicycle, which no sheet helps with.

The models of ``emergency_guess`` and ``emergency_meaning`` hear "volé", "perdu" or "bloqué" and little else. What they
propose is believed only where something of ours is named, and no everyday cause. Patterns are on plain text (see
``emergency_text``).
"""

from bot import emergency_words as w
from bot.incident import Incident

_DATA = (
    r"(?:donnees|dossiers?|fichiers?|documents?|base|comptes? rendus?|photos?|images?|patients?|logiciels?|serveurs?)"
)
# Cards of shops, of visit or of transport hold nothing of anybody's.
_CARD = (
    r"cartes?(?! (?:de|d) (?:fidelite|visite|metro|bus|train|transports?|parking|stationnement|membre|restaurant|"
    r"bibliotheque|invitation|abonnement))"
)
_HELD = w.any_of(
    w.DEVICES,
    w.MACHINES,
    w.PATIENT_DATA,
    w.FILES,
    w.LETTER,
    _DATA,
    r"mots? de passe|identifiants?|codes?|coordonnees|rib|iban|materiel|cartes? (?:pro\w*|vitale|de (?:professionnel|"
    r"sante|medecin|la banque))|tampon|cheque\w*|archives?|informatiques?|carnets?",
)
_DIGITAL = w.any_of(
    w.MAILBOX,
    w.BAIT,
    w.CLICK,
    w.PHISHING,
    w.BANK,
    w.PAID,
    w.SUPPORTER,
    w.TOOL,
    w.SCREEN,
    w.ALARM,
    w.RANSOM,
    w.RANSOMWARE,
    w.ATTACK,
    w.LEAK,
    w.SUPPLIER,
    w.BURGLARY,
    w.MESSAGES,
    w.CALLED,
    _CARD,
    r"virements?|prelevements?|factures?|euros|€|argent|comptes?|imprimantes?|souris|clavier|internet|reseau|en ligne|"
    r"teleph\w*|informati\w*|connexions?|sessions?|fenetres?|programmes?|fotos?|\w*\.[a-z]{3,5}|extensions?",
    r"codes?|valid\w*|operations?|appli(?:cation)?s?|acces|bancaires?",
)
# What one clicks in a program of one's own, unless something odd is said of it.
HARMLESS_CLICK = (
    rf"cliqu\w* (?:\w+ ){{0,2}}(?:sur|dans) (?:votre|le|la|les|l|mon|ma|cette?|ce|chaque) (?:\w+ )?(?:sites?|"
    rf"fiches?|menus?|"
    r"boutons?|icones?|onglets?|rubriques?|agenda|page d accueil|questions?|reponses?|cases?|raccourcis?|champs?|logo|"
    r"dossiers? (?:du|de la|de l|d un|patient)|logiciel|planning|rendez-vous|calendrier|corbeille|sources?|fleche|"
    r"croix)"
    rf"(?!.*(?<![\w-])(?:{w.ODD}|{w.LURED}|{w.UPSET}|{w.WHAT_NOW}|sms|mails?|pub|pop-?up|fenetres?|code\w*|carte|"
    rf"noire?)(?![\w-]))"
)
# Encrypted by a program of one's own.
BY_PROGRAM = (
    r"(?:chiffre|crypte)(?:e|s|es)? (?:par|avec|dans|sous) (?:weda|bitlocker|filevault|veracrypt|doctolib|hellodoc|"
    r"hello doc|medistory|axisante|"
    r"crossway|"
    r"albus|maiia|topaze|desmos|logos|julie|keepass|onedrive|dropbox|icloud|synology|windows|apple|outlook|mailiz|"
    r"mssante)"
)
_EVERYDAY = w.any_of(
    HARMLESS_CLICK,
    BY_PROGRAM,
    r"oublie\w* (?:mon|ma|mes|le|la|les|l|son|sa|notre|nos|un) (?:\w+ )?(?:mots? de passe|codes?|identifiants?|pin)",
    r"(?:mots? de passe|codes?|identifiants?) (?:\w+ )?(?:oublie|perdu|expire|perime)\w*",
    r"perdu (?:mon|ma|mes|le|la|les|son|notre|nos) (?:mots? de passe|codes?|identifiants?)",
    r"(?:apres|trop (?:de|d)) (?:\w+ )?(?:essais|tentatives)",
    r"fait tomber|renverse\w*|tombee? (?:par terre|dans l eau)|inonde\w*|degats?|boites? (?:aux|a) lettres",
    r"disparu\w* (?:du|de) (?:la |l |mon |notre )?(?:catalogue|commerce|marche|offre)",
    r"(?:il|elle|patiente?s?|confrere) (?:ne )?(?:l|les) a(?:i)? pas (?:encore )?recue?s?",
    r"pour (?:l|un|une|mon|notre) (?:abonnement|adhesion|cotisation|inscription)",
    r"(?:mon|notre|l|le) (?:informaticien\w*|prestataire|technicien\w*|editeur|depanneur) (?:\w+ ){0,3}"
    r"(?:pris la main|prend la main|installe\w*|interven\w*)",
    r"mises? a jour|maintenance|bourrage|du papier|decharge\w*|perime\w*|casse\w*|tombee? en panne",
    r"(?:pannes?|coupures?) (?:de|d|du) (?:courant|electricite|internet|reseau|secteur)|au demarrage|teletransmission",
)
_MALICE = w.any_of(
    w.HACKED,
    w.ODD,
    w.RANSOM,
    w.RANSOMWARE,
    w.ATTACK,
    w.CALLED,
    r"quelqu un|pas moi|pay\w*|numero|rancon\w*",
)
FILES_GONE = (
    r"(?:(?:tou[ts]e?s? )?(?:les|mes|nos)|plus (?:un seul|aucune?|un)) (?:fichiers?|dossiers?|documents?|donnees|"
    r"photos|"
    r"images|comptes rendus)(?: (?!papiers?)\w+){0,4} (?:disparue?s?|effacee?s?|introuvables?|supprimee?s?|envolee?s?)|"
    r"tout (?:a (?:ete )?|est |s est )(?:efface|supprime|disparu|envole)\w*|"
    r"plus (?:un seul|aucune?) (?:fichier|dossier|document)(?: (?!papiers?)\w+){0,2} (?:dans|sur)"
)
"""Files that are no longer there: deleted by an attack, or by a breakdown. It has to be asked."""
STORED = (
    r"(?:du|de l|dans (?:le|l|les)|sur (?:le|l|les|mon|notre)) (?:serveur|pc|ordi\w*|logiciel|nas|reseau|drive|cloud)"
)

_GONE = w.any_of(FILES_GONE)
_TAKEN = w.any_of(w.BURGLARY)


def concerns(incident: Incident, text: str) -> bool:
    """Whether plain text names what an incident strikes: what was stolen must hold data, not be a bicycle."""
    if incident is Incident.THEFT:
        taken = _TAKEN.search(text)
        # Files that are gone from a machine were deleted, not carried away.
        return bool(taken) or bool(_HELD.search(text) and not _GONE.search(text))
    return names_something_digital(text)


def names_something_digital(text: str) -> bool:
    """Whether plain text names a machine, data, an account, a message, money or an attack."""
    return bool(_HELD.search(text) or _DIGITAL.search(text))


def has_everyday_cause(text: str) -> bool:
    """Whether plain text says why something is blocked or gone: a password forgotten, an update, a power cut."""
    return bool(_EVERYDAY.search(text)) and not _MALICE.search(text)
