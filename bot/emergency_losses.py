"""Signs of a theft or loss, and of a message gone astray. Patterns are on plain text (see ``emergency_text``)."""

from bot import emergency_words as w
from bot.emergency_rule import Rule, rule
from bot.emergency_things import STORED
from bot.incident import Incident

_NOT_DEVICE = (
    r"(?:perdu|perdue|oublie|oubliee|pertes? (?:de|du|d)|vole|vol (?:de|du|d)|retrouve plus|"
    r"trouve plus|disparu) (?:le |la |les |l |mon |ma |mes |son |sa |ses |un |une |nos |"
    r"notre )?(?:code|mots?|mdp|identifiants?|pin|login|acces|page|notice|notion|compte|identite|"
    r"temps|patiente?)|disparu\w* (?:du|de) (?:la |l |mon |notre )?(?:catalogue|commerce|marche|offre)|"
    r"oubliee? (?:de|d|que)|patiente? a (?:perdu|oublie|laisse) (?:son|sa|ses)|"
    r"mon patient a (?:perdu|oublie)"
)
# "La facture de mon ordinateur", "l’idée de mon logiciel": not the device itself.
_OF_DEVICE = (
    rf"(?:perdue?s?|vole(?:e|s|es)?|egaree?s?|pique|oubliee?|retrouve plus|trouve plus) (?:le |la |les |l |mon |ma |"
    rf"mes |notre |nos |une? )"
    rf"(?!{w.DEVICES}|{w.PATIENT_DATA}|contenu|tout|moitie|paire|lot)\w+ (?:de|d|du|des) (?:la |l |mon |ma |mes |"
    rf"notre |nos )?{w.DEVICES}"
)
THEFT: tuple[Rule, ...] = (
    rule(
        Incident.THEFT,
        w.STOLEN,
        w.DEVICES,
        gap=55,
        without=r"(?:vole\w*|vols? (?:de|des)) (?:\w+ )?(?:donnees|identite|mots?|identifiants)|"
        rf"donnees (?:\w+ ){{0,3}}vole\w*|{_OF_DEVICE}|" + _NOT_DEVICE,
    ),
    rule(
        Incident.THEFT,
        w.LOST,
        w.DEVICES,
        gap=55,
        without=rf"{_NOT_DEVICE}|{_OF_DEVICE}|(?:fichiers?|dossiers?|documents?|donnees) (?:\w+ ){{0,4}}{STORED}",
    ),
    rule(
        Incident.THEFT,
        w.LEFT,
        w.DEVICES,
        rf"{w.PLACE}|disparu",
        gap=70,
        without=_NOT_DEVICE + r"|message|repondeur",
    ),
    rule(
        Incident.THEFT,
        w.BURGLARY,
        rf"cabinet|{w.DEVICES}|{w.TAKEN}|maison (?:de sante|medicale)|voiture|ils",
    ),
    rule(
        Incident.THEFT,
        w.TAKEN,
        w.DEVICES,
        r"quelqu un|ils|on (?:m|nous) a|voleurs?|on|qui",
        gap=50,
        without=r"la main|distance|photo|copie\w*|controle",
    ),
    rule(
        Incident.THEFT,
        r"revendu|jete|donne",
        w.DEVICES,
        r"sans (?:etre |l avoir )?efface\w*",
    ),
)
WRONG_RECIPIENT: tuple[Rule, ...] = (
    rule(
        Incident.WRONG_RECIPIENT,
        w.SENT,
        w.WRONG,
        rf"{w.LETTER}|{w.WHOM}|numero|medical",
        gap=80,
        without=r"virement|euros|rib|supprime|(?:etait|est) ouvert|en ligne|sur (?:le|notre|mon) site|sur internet",
    ),
    rule(
        Incident.WRONG_RECIPIENT,
        w.SENT,
        w.OTHER,
        w.LETTER,
        gap=80,
        without=r"virement|rib|pas le bon site|a un autre medecin|demande",
    ),
    rule(
        Incident.WRONG_RECIPIENT,
        r"mauvais\w* (?:destinataire|patiente?|personne|adresse|numero|medecin|docteur|confrere|contact|"
        r"famille|domicile|dossier|pharmacie|liste|entreprise|fichier|document|piece jointe|numero|"
        r"enveloppe)",
        rf"{w.LETTER}|{w.WHOM}|{w.WHAT_NOW}",
    ),
    rule(
        Incident.WRONG_RECIPIENT,
        r"erreurs? (?:de|d) (?:destinataire|envoi|mail|adresse|homonym\w*|homonimie|patient)",
    ),
    rule(
        Incident.WRONG_RECIPIENT,
        w.MISTAKEN,
        w.WHOM,
        gap=50,
    ),
    rule(
        Incident.WRONG_RECIPIENT,
        r"recue?s?|recois|recoit|recevoir|vu|voit|dans la boite|repartie?",
        w.LETTER,
        rf"{w.OTHER}|qui n est pas|ne (?:le|la|me) concerne pas|d une autre|par erreur|pas son patient|"
        r"voisine?",
        gap=80,
        without=w.FROM_ME,
    ),
    rule(
        Incident.WRONG_RECIPIENT,
        r"en (?:cc|copie)|copie visible|au lieu de cci|(?:en|mettre|mis) cci|adresses visibles|"
        r"repondu a tous|repondre a tous|voient les adresses|toutes les adresses",
        r"mis|oublie\w*|envoye\w*|envoi\w*|repondu|repondre|visibles?|patients",
        gap=60,
    ),
    rule(
        Incident.WRONG_RECIPIENT,
        r"envoye\w*|envoyer|transmis|donne|remis|adressee?",
        rf"{w.LETTER} (?:de|d) (?:mme|m|mr|monsieur|madame|un patient|une patiente)(?: \w+)? a (?:mme|m|mr|"
        r"monsieur|madame|un|une)",
    ),
    rule(
        Incident.WRONG_RECIPIENT,
        r"poste\w*|partage\w*|publie\w*",
        r"groupe",
        r"patiente?s?|dossier|photo",
        r"pas prevu|erreur|megarde|nom|inadvertance",
    ),
    rule(
        Incident.WRONG_RECIPIENT,
        r"m a fait envoyer|parti trop vite|destine a un autre|dans l enveloppe",
    ),
    rule(
        Incident.WRONG_RECIPIENT,
        w.SENT,
        r"employeur|patron\w*|mairie|ex-mari|ancien domicile|pere alors|assureur|mutuelle|assurance(?! maladie)|"
        r"ecole|garage|proprietaire|comptable",
        r"erreur|a tort|inadvertance|megarde|alors qu\w*|ouvert|au lieu|(?:etait|fallait) pas|sans (?:son|l) accord",
        rf"{w.LETTER}|diagnostic|attestation|medical|patiente?",
    ),
    rule(
        Incident.WRONG_RECIPIENT,
        r"contacte|appele",
        r"par erreur",
        r"secretaire|patient\w*|numero",
    ),
)
