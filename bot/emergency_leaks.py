"""Signs of a leak of patient data. Patterns are on plain text (see ``emergency_text``)."""

from bot import emergency_words as w
from bot.emergency_rule import Rule, rule
from bot.incident import Incident

# Someone who is no longer of the practice.
_GONE = (
    rf"(?:ancien\w*|ex) (?:\w+ )?(?:{w.STAFF}|informaticien\w*|prestataire|collaborat\w*|externe)|"
    r"ex-\w+|travaille(?:nt)? plus|(?:est|sont) plus (?:chez nous|au cabinet|dans le cabinet|la|ici|salarie\w*|"
    r"de l equipe)|"
    r"partie?s? (?:depuis|il y a|fach\w*|en mauvais\w*|l an|la semaine|le mois|en claquant)|licencie\w*|demissionn\w*|"
    r"(?:a|ayant) quitte|qui a quitte"
)
_ENTERS = (
    r"accede\w*|connectee?s?|connectent|ouvre(?:nt)?|consulte\w*|entree?s?|rentree?s?|lit|fouille\w*|"
    r"regarde\w*|garde\w* (?:une|la|des|toutes?) (?:\w+ )?(?:copies?|liste)|utilis\w* (?:encore|toujours)|"
    r"se sert (?:encore|toujours)"
)
DATA_LEAK: tuple[Rule, ...] = (
    rule(
        Incident.DATA_LEAK,
        _ENTERS,
        _GONE,
        rf"{w.PATIENT_DATA}|logiciels?|serveurs?|agenda|sessions?|comptes?|acces|boite|messagerie|reseau|patients?",
        gap=90,
        without=r"par moi|son propre|ses propres|supprim\w*|avec (?:mon|notre) accord|retraite",
    ),
    rule(
        Incident.DATA_LEAK,
        w.LEAK,
        rf"{w.PATIENT_DATA}|patients?|cabinet|{w.SUPPLIER}|victime|{w.WHAT_NOW}|msp",
        gap=80,
        without=r"connue|rancon\w*",
    ),
    rule(
        Incident.DATA_LEAK,
        w.IN_THE_OPEN,
        r"patients?|cabinet|medica\w+|(?:nos|mes) (?:donnees|dossiers|fichiers|images|comptes rendus)|"
        r"base (?:de donnees|patients?)|drive|ordonnances?|comptes rendus|dossiers?",
        rf"{w.PATIENT_DATA}",
        gap=80,
        without=r"hebergeur hds|associes|avis|mes coordonnees|photo de moi|annuaire|antivirus|"
        r"par tous les professionnels|a ma boite|par mail|stockees",
    ),
    rule(
        Incident.DATA_LEAK,
        r"en ligne|sur le net|sur internet",
        w.PATIENT_DATA,
        r"mise?s?|publie\w*|trouv\w*|retrouv\w*|expos\w*|visibles?|accessibles?|vus?|vois|vu",
        r"patients?|medica\w*|dossiers?|ordonnances?|cabinet",
        without=r"hebergeur|associes|avis|mes coordonnees|photo de moi|annuaire|rendez-vous en ligne|stockees",
    ),
    rule(
        Incident.DATA_LEAK,
        w.STRUCK,
        w.SUPPLIER,
        gap=70,
        without=r"ma boite|mon compte|ma messagerie|mon mail|(?:rib|facture)",
    ),
    rule(
        Incident.DATA_LEAK,
        w.COPIED,
        w.INSIDER,
        r"(?:fichiers?|dossiers?|base) (?:\w+ )?(?:patients?|medica\w+)|fichier|dossiers?",
        r"parti\w*|avant de|sans (?:raison|droit|autorisation)|quitt\w*|copiant|emporte\w*|"
        r"photographie\w*|voisine?|raconte|instagram",
        gap=90,
        without=r"(?:une|la) copie",
    ),
    rule(
        Incident.DATA_LEAK,
        r"acces non autorise|intrus|intrusion|accede\w*",
        r"base|dossiers?|donnees|patients?",
        r"non autorise|intrus|intrusion|d un autre|sans (?:raison|droit|autorisation)|pirates?",
    ),
    rule(
        Incident.DATA_LEAK,
        r"(?:vole\w*|copie\w*|consultee?s?|vols?)",
        r"donnees (?:\w+ ){0,3}patients?|dossiers (?:\w+ )?patients|donnees",
        r"pirates?|hackers?|par|patients?|ont ete",
        gap=50,
        without=r"ordi\w*|telephone|cle usb|portable|tablette|disque|serveur|papier|rancon\w*",
    ),
    rule(
        Incident.DATA_LEAK,
        r"montre|affiche|voit|acces",
        r"(?:les|au|aux|noms des) (?:autres )?(?:patients|dossiers?)",
        r"d un autre|autres? (?:patients?|cabinet)|portail",
    ),
)
