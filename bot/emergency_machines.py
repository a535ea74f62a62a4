"""Signs of ransomware and of fake support. Patterns are on plain text (see ``emergency_text``)."""

from bot import emergency_words as w
from bot.emergency_rule import Rule, rule
from bot.emergency_things import BY_PROGRAM
from bot.incident import Incident

_OWN_SUPPORT = (
    r"(?:mon|notre|l|le support de (?:mon|notre)|son|le) (?:editeur|informaticien|prestataire|"
    r"technicien|logiciel)|(?:de|par) (?:mon|notre|l) (?:editeur|prestataire|logiciel)|maintenance|"
    r"mise a jour|licence|installer la"
)
_BY_CHOICE = (
    r"bitlocker|filevault|veracrypt|(?:par|chez|avec) (?:mon|notre|l|le|un) (?:logiciel|editeur|"
    r"hebergeur)|(?:j ai|on a|nous avons|ai) (?:chiffre|crypte)|cle de|code|telephone|iphone|"
    r"smartphone|compte|session|au repos|en transit|vole\w*|perdue?s?|vol|messagerie|"
    rf"{BY_PROGRAM}|"
    # A keyword search on what holds data, without a verb: "clé USB données patients chiffrée".
    r"^(?!.*\b(?:que faire|fai[ts] quoi|secours|aide|help|urgen\w+|pirat\w+|hack\w+|virus|attaque\w*|ce matin|"
    r"cette nuit|hier|depuis|rancon\w*|payer|tous?|toutes?|plus|pas|illisible\w*|message)\b).*"
    r"\b(?:cles? usb|usb|disques?|sauvegardes?|donnees|tablettes?|portables?|nas|support\w*) "
    r"(?:(?!a\b|ai\b|ont|sont|est|ete|etai\w+|etre|devenu\w*)\w+ ){0,4}(?:chiffre|crypte)(?:e|s|es)?"
)
RANSOMWARE: tuple[Rule, ...] = (
    rule(
        Incident.RANSOMWARE,
        w.RANSOMWARE,
    ),
    rule(
        Incident.RANSOMWARE,
        w.ENCRYPTED,
        rf"{w.FILES}|{w.MACHINES}|tout|tous",
        gap=50,
        without=_BY_CHOICE,
    ),
    rule(
        Incident.RANSOMWARE,
        w.RANSOM,
        rf"{w.DEMAND}|pay\w*|messages?|ecran|fichiers?|affich\w*|{w.FILES}|{w.MACHINES}|numero",
        without=r"rien n est|aucun fichier|bluff",
    ),
    rule(
        Incident.RANSOMWARE,
        w.DEMAND,
        w.CRIMINALS,
        r"euros|€|argent|paiement|payer|payes?",
        r"rendre|recuperer|debloquer|dossiers|donnees",
        gap=90,
    ),
    rule(
        Incident.RANSOMWARE,
        rf"{w.DEMAND}|payez|payer",
        r"pay\w*|paiement",
        w.FILES,
        r"recuperer|bizarres?|devenu\w*|transforme\w*|ouvrir|acceder",
        gap=90,
    ),
    rule(
        Incident.RANSOMWARE,
        r"bloque\w*|verrouille\w*",
        rf"{w.FILES}|{w.MACHINES}",
        r"pirates?|hackers?|escrocs?|cybercriminels?",
    ),
    rule(
        Incident.RANSOMWARE,
        r"cryptage|chiffrement",
        w.FILES,
        r"pirates?|hackers?|cette nuit|virus|attaque",
    ),
    rule(
        Incident.RANSOMWARE,
        r"menac\w*",
        r"publier|divulguer|vendre|supprimer",
        r"dossiers|donnees|base|rancon|paie",
    ),
    rule(
        Incident.RANSOMWARE,
        w.UNREADABLE,
        rf"(?:tous|toutes|mes|nos|les|aucun) (?:\w+ ){{0,2}}{w.FILES}|{w.FILES}|rien",
        rf"{w.EXTENSION}|hackers?|pay\w*|demande de",
    ),
    rule(
        Incident.RANSOMWARE,
        r"s ouvrent? plus|illisibles?",
        rf"(?:tous|toutes|mes|nos|les) (?:\w+ ){{0,2}}{w.FILES}",
    ),
    rule(
        Incident.RANSOMWARE,
        w.EXTENSION,
        w.FILES,
        r"bizarres?|inconnues?|etranges?|renomme\w*|change\w*",
    ),
)
FAKE_SUPPORT: tuple[Rule, ...] = (
    rule(
        Incident.FAKE_SUPPORT,
        rf"{w.FAKE} (?:agent |service )?{w.SUPPORTER}",
    ),
    rule(
        Incident.FAKE_SUPPORT,
        w.SUPPORTER,
        r"arnaque|faux|fausse|fo|bidon|inconnue?|escroc\w*|pretendument|pretend\w*|disant|"
        r"se faisant passer|soi-disant",
        rf"{w.REMOTE}|{w.CALLED}|pay\w*|euros",
        gap=60,
        without="application|facture",
    ),
    rule(
        Incident.FAKE_SUPPORT,
        w.REMOTE,
        rf"(?:un|une|d un|a un|du|de|chez|des) (?:\w+ )?(?:{w.STRANGER}|{w.BRAND})|quelqu un|"
        rf"{w.STRANGER} (?:de|du|chez)|inconnue?|escroc|ils|se disant|disait",
        r"laisse\w*|donne\w*|pris|prendre|prenne|est|bouge|controle|connecte\w*|demande\w*|fait|eu|accepte",
        gap=80,
        without=_OWN_SUPPORT + r"|(?:ma|mon|la) (?:\w+ )?(?:boite|messagerie|compte|adresse|mail)|application",
    ),
    rule(
        Incident.FAKE_SUPPORT,
        w.CALL_US,
        w.SCREEN,
        w.ALARM,
        gap=90,
        without=r"mise a jour",
    ),
    rule(
        Incident.FAKE_SUPPORT,
        r"pris la main|prise de controle",
        r"hacker|escroc|se faisant passer|disant|inconnu\w*|pirate",
    ),
    rule(
        Incident.FAKE_SUPPORT,
        r"bloque\w*|fige\w*|verrouille\w*",
        r"ecran|page|pc|ordi\w*",
        r"microsoft|windows|apple|numero",
        gap=50,
        without=w.RANSOM,
    ),
    rule(
        Incident.FAKE_SUPPORT,
        w.CALLED,
        r"(?:de la part (?:de|du)|le|du|d un|un|de|chez|assistance|technicien) (?:\w+ )?(?:microsoft|"
        r"windows|apple)|technicien (?:microsoft|windows)|(?:numero|support|technicien) (?:qui s |"
        r"de l )?affiche|numero (?:de l|qui)|faux support",
        without=r"licence|activer",
    ),
    rule(
        Incident.FAKE_SUPPORT,
        r"pay\w*|cartes cadeaux|achete",
        r"technicien\w*|depann\w*|faux support|pris la main|assistance technique",
        r"euros|€|cartes cadeaux|carte|virement|arnaque|a distance|inconnu|\d+",
    ),
    rule(
        Incident.FAKE_SUPPORT,
        w.TOOL,
        r"install\w*|code|demand\w*|telephone|appel\w*|inconnu|acces|escroc",
        gap=60,
        without=_OWN_SUPPORT,
    ),
    rule(
        Incident.FAKE_SUPPORT,
        r"(?:type|gars|mec|monsieur|dame|technicien\w*|quelqu un|personne|homme|femme) (?:de|du|chez|"
        rf"de chez) {w.BRAND}",
        rf"{w.REMOTE}|{w.MACHINES}|telephone|au bout du fil|appel\w*|install\w*",
        without=_OWN_SUPPORT,
    ),
    rule(
        Incident.FAKE_SUPPORT,
        w.CALLED,
        r"numero",
        r"ecran|alerte|page|fenetre|message",
        gap=50,
        without=r"sms|verrouillage",
    ),
    rule(
        Incident.FAKE_SUPPORT,
        r"souris",
        r"bouge\w*|controle\w*|toute? seule?|a distance",
    ),
    rule(
        Incident.FAKE_SUPPORT,
        r"manipule\w*|controle\w*",
        r"quelqu un|inconnu\w*|type|telephone",
        r"ordi\w*|pc|poste|souris",
    ),
    rule(
        Incident.FAKE_SUPPORT,
        r"pris(?:e)? (?:la|en) main|reprendre la main|prendre la main|la main",
        r"telephone|appel\w*|soi-disant|ils|inconnu\w*|type|escroc",
        without=_OWN_SUPPORT,
    ),
)
