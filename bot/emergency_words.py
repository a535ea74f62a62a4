"""The words of people in trouble, as patterns on folded text; ``emergency`` puts them together."""

import re


def near(*words: str, gap: int = 60) -> str:
    """Words in that order, a few others between them."""
    return rf"\b.{{0,{gap}}}\b".join(f"(?:{word})" for word in words)


def any_of(*patterns: str) -> re.Pattern[str]:
    """Any of the patterns, as whole words."""
    return re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in patterns))


# Who did something, or to whom it was done. "jai", "jme", "ma vole": as typed on a telephone.
STAFF = (
    r"(?:secretaire|collegue|associee?|remplacante?|assistante?|stagiaire|employee?|salariee?|comptable|femme|mari)s?"
)
DID = (
    r"j ?'? ?(?:ai|avais|viens)|je (?:viens|me suis|m'etais|crois)|j[me]* suis|jviens|on (?:a|vient|s ?'?est|est)|"
    rf"nous (?:avons|venons|sommes)|(?:il|elle) a|{STAFF} (?:a|vient|s ?'?est|m ?'?a)"
)
DONE_TO = r"on (?:m|nous) ?'?a|m ?'?a|m ?'?ont|nous (?:a|ont)|s ?'?est fait|me (?:suis|fais) fait|me fait"
WHAT_NOW = (
    r"que (?:dois[- ]?je |doit[- ]on |faut[- ]il |peut[- ]on |puis[- ]?je )?faire|quoi faire|"
    r"fai[st] (?:quoi|koi)|faire quoi|je (?:dois|doit) faire|comment reagir|au secours|a l'aide|aide[zr][- ]moi|help|"
    r"urgent|urgence|sos|vite"
)

FILES = "fichiers?|dossiers?|donnees|documents?"
MACHINES = "serveurs?|ordinateurs?|ordi|pc|postes?|logiciels?|base|tout|machines?"
DEVICES = (
    r"(?:l ?'?)?ordi\w*|portables?|pc|mac|macbook|tablettes?|ipad|telephones?|tel|iphone|smartphones?|mobiles?|"
    r"cles? usb|cle(?! (?:de|d'|bitlocker|wifi))|disques? durs?|sacoche|cartable|dossiers? papiers?|agenda|"
    r"mallette|carte cps"
)
ENCRYPTED = r"(?:chiffre|crypte|verrouille)(?:e|s|r|es)?|illisibles?|bloquee?s? (?:par|avec)"
RANSOM = r"rancons?|bitcoins?|crypto\w*"
RANSOMWARE = r"rancon(?:g|j)i\w*|ransom\w*|cryptolock\w*|cryptovirus"
CRIMINALS = "pirates?|hackers?|escrocs?"
ASK = r"demande\w*|reclame\w*|exige\w*|veulent|veut|payer"
BAIT = (
    r"liens?|mails?|mel|courriels?|sms|texto|message|piece jointe|pj|fichier joint|sites?|pages?|formulaires?|"
    r"qr ?codes?|mot de passe|mdp|identifiants?|code (?:de )?(?:carte|bancaire|cb)|numero de carte|carte bancaire|"
    r"coordonnees bancaires|codes?"
)
SECRETS = (
    r"mots? de passe|mdp|identifiants?|carte bancaire|numero de carte|coordonnees bancaires|code (?:sms|cb|bancaire)"
)
SUSPECT = (
    r"faux|fausse|frauduleu\w+|pirate|piegee?s?|bizarres?|suspecte?s?|louches?|douteu\w+|phish\w*|fish\w*|hamec\w*|"
    r"arnaques?|malveillan\w+|virus|escroc\w*|chelou|ameli|impots|colis|cpam|urssaf|doctolib|netflix|banque|amende"
)
GAVE = (
    r"ouverte?|telecharge\w*|installe\w*|rempli\w*|saisi\w*|donne\w*|communique\w*|entree?|tapee?|transmis|rentree?|mis|"
    r"suivi|scanne\w*|flashe\w*"
)
CLICKED = r"cliqu\w*|clik\w*|clicq\w*"
MAILBOX = (
    r"boites?|messageries?|adresses?|comptes?|mails?|mel|emails?|gmail|outlook|orange|mailiz|mssante|facebook|instagram|"
    r"doctolib"
)
HACKED = r"pirate(?:e|s|r|es)?|hacke(?:e|s|r|es)?|vole(?:e|s|r|es)?|usurpee?s?|compromise?s?"
MESSAGES = r"mails?|messages?|spams?|courriels?"
SUPPORT = r"microsoft|windows|support|technicien\w*|depann\w+"
SUPPORT_STRANGER = r"(?:d'?un|du|d'|de|un) (?:\w+ )?(?:support|technicien\w*|depann\w+|microsoft|windows)"
CALL = r"appel\w*|telephon\w*|numero"
REMOTE = r"la main|main a distance|controle|acces|anydesk|teamviewer"
SCREEN = r"ecran|page|fenetre|pop ?-?up|message|alerte"
BANKER = r"conseill\w+|banquier|banque|service (?:anti)?-?fraudes?"
SENT = r"envoye\w*|envoi|transmis\w*|adresse[res]*|partie?s?|expedie\w*|faxe\w*|remise?s?|remis|donne\w*"
PEOPLE = r"destinataires?|patiente?s?|personne|adresse|numero|medecin|confrere|contact|dossier|mail"

FILES_OR_PC = f"{FILES}|{MACHINES}"
FAKE = "(?:faux|fausse|soi-disant|pseudo)"
STRANGER = r"inconnu|type|quelqu ?'?un"
HIT = r"victimes?|touche\w*|attaque\w*|infecte\w*|subi\w*|frappe\w*"
OPERATION = r"codes?|valid\w*|virement|carte|operation|annul\w*"
NOT_MINE = r"de ma part|(?:de|depuis) mon adresse|(?:de|depuis) ma boite|a mon nom|bizarres?|pas envoye\w*"
WITHOUT_ME = r"tout seuls?|tous seuls|a ma place|a mon insu|sans moi"
TYPED = r"donnee?|donnant|saisie?|entree?|tapee?|remplie?|communiquee?|rentree?"
STOLEN = (
    r"vole(?:e|s|r|es)?|derobe\w*|pique[res]*|fauche[rs]?|choure\w*|cambriole\w*|cambriolage|perdue?s?|egare\w*|"
    r"oubliee? (?:mon|ma|mes|son|sa|un|une|le|la|les|l'|notre) (?!mots?|mdp|codes?|identifiants?)|"
    r"disparue?s?|retrouve plus"
)
LETTER = r"bilans?|resultats?|comptes?[- ]rendus?|ordonnances?|courriers?|mails?|dossiers?|fax"
IN_THE_OPEN = (
    r"dark ?web|darknet|telegram|en vente|(?:publie|diffuse|expose|trouvable|accessible)e?s? (?:a tous|sur|en)|"
    r"sur un forum|sur (?:internet|le net|google)(?! drive)|en ligne"
)
SUPPLIER = r"editeur|logiciel|hebergeur|prestataire|telesecretariat|sous-traitant"
STRUCK = r"subi|eu|decouvert|victime|fait (?:pirater|voler|hacker)|ete (?:pirate|attaque|hacke)\w*|pirate|hacke"
