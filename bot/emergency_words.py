"""The words of people in trouble, as patterns on plain text (see ``emergency_text``), grouped by what they mean."""

import re

# What happened to whom.
STAFF = (
    r"(?:secretaire|collegue|associee?|remplacante?|assistante?|stagiaire|interne|employee?|salariee?|comptable|"
    r"tresoriere?|infirmiere?|medecin|confrere|femme|epouse|mari|fils|fille|pere|mere|equipe|secretariat|pharmacie)s?"
)
CLICK = r"(?:cliqu(?:e|es|ee|er|ai|ant)?|clics?|clicke[rd]?|appuyee?s? sur (?:le|un|ce) (?:lien|bouton))"
OPENED = r"(?:ouverte?s?|ouvre|ouvrir|ouvrant|telecharge[res]*|installe[res]*|execute[res]*|lance[res]*|active[res]*)"
SCANNED = r"(?:scanne[res]*|flashe[res]*)"
GAVE = (
    r"(?:donne(?:e|r|z)?|donnant|saisie?s?|saisir|tape[res]*|rentre[res]*|entre[res]*|mis|communique[res]*|"
    r"remplie?s?|transmis|fournie?s?|renseigne[res]*|indique[res]*|lu|validee?s?|valider|renvoyee?s?|"
    r"envoyee?s?|mi|confirmee?s?|"
    r"partagee?s?|connectee? avec|enregistree?s?|tout donne)"
)
CREDENTIALS = (
    r"(?:mots? de passe|identifiants?|codes?|numeros? de (?:ma |la )?carte|carte bancaire|carte bleue|"
    r"carte (?:du cabinet|pro)|numero de carte|"
    r"ma carte|coordonnees bancaires|coordonnees|rib|iban|cryptogramme|formulaire|acces)"
)
BAIT = (
    r"(?:liens?|mails?|sms|texto|messages?|piece jointe|pieces jointes|fichier joint|sites?|pages?|formulaires?|"
    r"qr codes?|qr|courrier|fichiers?|zip|exe|pdf|pub|excel|word|macros?|facture|whatsapp|documents?|"
    r"logiciel|application|mise a jour)"
)
ODD = (
    r"(?:faux|fausses?|fo|frauduleu\w+|frauduleux|pirates?|piegee?s?|pieger|bizarres?|suspecte?s?|louches?|douteu\w+|"
    r"verolee?s?|bidon|chelou\w*|phish\w*|fish\w*|hamec\w*|arnaques?|malveillan\w+|virus|infectee?s?|malware|trojan|"
    r"escroc\w*|inconnue?s?|pas net|pas (?:le )?(?:bon|vrai)|imit\w+|soi disant|soi-disant|soit disant|usurp\w+|"
    r"se faisait passer|se faisant passer|spams?|ressembl\w+|pas eux|disait etre|disant|pretend\w*)"
)
LURED = r"(?:ameli|impots?|colis|cpam|urssaf|chronopost|antai|amendes?|netflix|livraison|edf|carte vitale|doctolib)"
UPSET = (
    r"(?:rame|n importe quoi|bizarre|plante|antivirus|lent|s affole|a sonne|tout seul|doute|inquiet\w*|"
    r"pas le (?:bon|vrai)|rendre compte|prelevements?|fenetres partout|(?:en )?(?:pens|croy)ant|pensait|"
    r"croyait|arnaque|erreur|megarde|grave|confiance)"
)
PHISHING = (
    r"(?:phish\w*|fishing|hamec\w*|sms|faux (?:mail|site|lien|message)s?|fausses? (?:page|facture)s?|liens?|mails?|qr)"
)
FOOLED = (
    r"(?:victimes?|fait avoir|fais avoir|avoir par|fait (?:phish\w*|pieg\w*|hamec\w*)|piegee?s?|"
    r"tombee?s? (?:dans|sur)|panneau)"
)

FILES = r"(?:fichiers?|dossiers?|donnees|documents?|photos|courriers|comptes rendus|sauvegardes?|disques?|base)"
MACHINES = r"(?:serveurs?|ordinateurs?|ordi|pc|postes?|logiciels?|machines?|reseau|nas|mac|disque dur|ecrans?)"
ENCRYPTED = r"(?:chiffre|crypte|encrypte)(?:e|s|es|r)?"
RANSOMWARE = r"(?:rancong\w*|rancon[jg]\w*|ransom\w*|cryptolock\w*|cryptovirus|lockbit|wannacry|wanna cry)"
RANSOM = (
    r"(?:rancons?(?! de)|bitcoins?|cryptomonnaies?|crypto|prises? en otage|encrypted|decrypt|tete de mort|"
    r"lose your files)"
)
CRIMINALS = r"(?:pirates?|hackers?|escrocs?|cybercriminels?|attaquants?|on|ils?)"
DEMAND = r"(?:demand\w*|reclam\w*|exig\w*|veulent|veut|menac\w*)"
UNREADABLE = (
    r"(?:s ouvrent? plus|(?:plus|pas) (?:les |rien |a )*(?:ouvrir|lire)|illisibles?|renomme\w*|change\w* de nom|"
    r"transforme\w*|inaccessibles?|bloque\w*)"
)
EXTENSION = (
    r"(?:extensions?|\w*\.(?:lock\w*|crypt\w*|enc\w*)|read ?me|finiss\w+ (?:tous |toutes )?(?:par|en)|finit par)"
)

DEVICES = (
    r"(?:ordinateurs?|ordi|portables?|pc|mac|macbook|tablettes?|ipad|telephones?|iphone|smartphones?|mobiles?|"
    r"montre connectee|unites? centrales?|serveurs?|postes? informatiques?|materiel informatique|cles? usb|"
    r"cles? de sauvegarde|usb|disques? (?:durs?|externes?|de sauvegarde)|disques?|sacoches?|sac|cartable|mallette|"
    r"(?:dossiers?|cartons? de dossiers?) (?:papiers?|medica\w+|de|des|patients?)|agendas?|ordonnanciers?|"
    r"cartes? (?:cps|cpe|de professionnel)|cps|e-cps|carnets? d ordonnances?|bip|dossier papier)"
)
STOLEN = (
    r"(?:vole(?:e|s|es|r)?|vols?|derobe\w*|pique[res]*|fauche[rs]*|choure\w*|chourave\w*|subtilise\w*|arrache\w*|"
    r"tire[re]?|a l arrache)"
)
LOST = (
    r"(?:perdue?s?|pertes?|egare\w*|paume[rs]?|pome[rs]?|disparue?s?|disparu|introuvables?|"
    r"(?:retrouve|trouve|sais) (?:plus|pas)(?: ou)?|(?:il )?(?:me|nous) manque|(?:n est|ne sont|"
    r"sont) plus (?:dans|la|a)|manquent)"
)
LEFT = r"(?:oubliee?s?|laissee?s?|tombee?s?|restee?s?)"
PLACE = (
    r"(?:train|taxi|bus|metro|tram|rer|avion|gare|cafe|bar|restaurant|hotel|parking|rue|salle d attente|chez un|"
    r"marche|voiture|vtc|uber|n y est plus|ramasse|domicile)"
)
BURGLARY = r"(?:cambriol\w*|effraction|fracturee?s?|forcee?s? la porte|visite (?:par|cette)|voleurs?|cambrioleurs?)"
TAKEN = r"(?:pris|prendre|emporte\w*|partie?s? avec|ramasse\w*|recupere\w*|plus d)"

SENT = (
    r"(?:envoye\w*|envois?|envoyant|envoyer|envoyan|transmis|transfere\w*|adresse[res]*|partie?s?|parti|expedie\w*|"
    r"faxe\w*|remise?s?|remis|donne[rs]?|donnee (?:a|au|aux)|alle|allee|arrivee?s?|livree?s?|agrafe\w*|"
    r"mis|poste[rs]?|partage[res]*|laisse|repondu|fax)"
)
LETTER = (
    r"(?:bilans?|resultats?|comptes? rendus?|compte-rendu|ordonnances?|courriers?|mails?|dossiers?|fax|"
    r"messages?|radios?|scanners?|"
    r"documents?|certificats?|lettres?|photos?|images?|biologie|analyses?|serologie|feuille de soins|sms|"
    r"diagnostic|arrets? de travail|docs?|fichiers?|"
    r"enveloppes?|pieces? jointes?|infos?|texto|liste)"
)
WRONG = (
    r"(?:mauvais\w*|faux (?:numero|destinataire)|pas (?:le|la|au|a la) bon\w*|par erreur|erreur|inadvertance|"
    r"megarde|a tort|homonym\w*|homonimie|(?:le )?meme nom|toute (?:ma|la|notre) liste|tous (?:mes|nos|"
    r"les) (?:contacts|patients)|tout le monde|interverti\w*|inverse\w*|pas son patient|ne (?:le|"
    r"la) concerne pas|trop vite|alors que|pas prevu)"
)
OTHER = (
    r"(?:(?:a|au|chez|dans|de|d) (?:un|une|l|son|sa|quelqu un d)? ?(?:autre|voisine?|ancien\w*|inconnue?|ex|ami)|"
    r"d une autre|d un autre|quelqu un d autre|voisine?|un autre|une autre|patiente? que je ne connais|"
    r"pas le mien|ex-mari)"
)
MISTAKEN = r"(?:trompe[res]*|goure[rs]*|plantee?s?|plante de|confondu\w*|melange\w*|interverti\w*|inverse\w*)"
WHOM = (
    r"(?:destinataires?|patiente?s?|personne|adresses?|numero|confrere|contacts?|dossiers?|mails?|enveloppes?|"
    r"piece jointe)"
)

SUPPORTER = (
    r"(?:support(?! (?:de|amovible|usb))|suport|techniciens?|technicienne|depann\w+|assistance|microsoft|windows|apple|"
    r"service apres-vente|sav|informaticiens?|hotline|maintenance|service informatique|reparateur|orange|"
    r"operateur|grades|cpam|ans)"
)
BRAND = r"(?:microsoft|windows|apple|technicien\w*|depann\w+|support|assistance)"
FAKE = (
    r"(?:faux|fausse|fo|soi-disant|soi disant|soit disant|pseudo|pretendue?|pretendument|inconnu\w*|bidon|arnaque|"
    r"escroc\w*)"
)
CALLED = (
    r"(?:appel(?:e|ee|es|er|s|le|lent|ait|lez)?|rappel(?:e|er|le|lez)?|telephone[res]*|telephonee?|coups? de fil|"
    r"au telephone|par telephone|raccroche\w*|joint)"
)
REMOTE = (
    r"(?:la main|main a distance|prise en main|a distance|controle\w*|souris|anydesk|any desk|teamviewer|ultraviewer|"
    r"team viewer|connecte[re]?|acces|accede\w*|sur (?:mon|notre|son|l|le) (?:pc|ordi\w*|poste|mac)|"
    r"dans (?:mon|notre|l|le) (?:pc|ordi\w*|poste)|taper des commandes|manipule\w*)"
)
TOOL = r"(?:anydesk|any desk|teamviewer|team viewer|ultraviewer|supremo|logiciel de prise en main)"
STRANGER = r"(?:inconnue?s?|type|mec|gars|quelqu un|monsieur|dame|homme|personne|individu|escroc|hacker|pirate|voix)"
SCREEN = r"(?:ecran|page|fenetre|pop-up|pop up|popup|alerte|navigateur|ordinateur|message|pc|mac|ordi)"
ALARM = (
    r"(?:bloque\w*|fige\w*|clignot\w*|infectee?s?|virus|trojan|sirene|bip|hurle|voix|vocal|parle|defender|"
    r"microsoft|windows|"
    r"impossible (?:a|de) fermer|verrouille\w*|vi?erouille|repond plus|rien fermer|affich\w+|revient|appelez|contactez)"
)
CALL_US = (
    r"(?:contacter|appelee?|appeler|appelez|rappeler|rappelez|composer|telephoner|contactez|numero|appel le|"
    r"(?:le )?(?:01|02|03|04|05|08|09))"
)

BANK = (
    r"(?:conseill\w+|banquiers?|banque|service (?:des |anti|anti-)?-?fraudes?|anti-?fraudes?|"
    r"credit (?:agricole|mutuel)|"
    r"banque postale|bnp|societe generale|lcl|cic|caisse d epargne|boursorama|service carte|fraude carte)"
)
OPERATION = (
    r"(?:codes?|valid\w*|virements?|carte|operations?|annul\w*|confirme\w*|beneficiaires?|identifiants?|appli|"
    r"application|argent|euros|coursier|livreur|empreinte|cryptogramme|transferer|bloque[r]?)"
)
PAID = (
    r"(?:paye[res]*|paie|payee?s?|vire[re]?|viree?s?|verse[re]?|versee?s?|regle[re]?|reglee?s?|virements?|paiements?)"
)
FRAUD = (
    r"(?:faux|fausse|fo|fraud\w*|escroc\w*|escroqu\w*|arnaqu\w*|mauvais (?:rib|compte|iban)|pirate\w*|falsifie\w*|"
    r"modifie\w*|intercepte\w*|compte (?:inconnu|securise)|n est pas mon|sans verifier|change|nouveau rib|detourne\w*)"
)
MONEY = r"(?:virements?|rib|iban|fournisseurs?|factures?|loyer|euros|argent|compte|comptes|paiements?|carte)"

MAILBOX = (
    r"(?:boites?|boite mail|messageries?|adresses?|comptes?|mails?|mailbox|gmail|outlook|yahoo|wanadoo|orange|mailiz|"
    r"mssante|facebook|instagram|linkedin|whatsapp|google|ameli pro|doctolib|e-cps|pro sante connect)"
)
HACKED = (
    r"(?:pirate(?:e|s|r|es)?|piratages?|hack(?:e|ee|er|es|ed)?|vole(?:e|s|r|es)?|usurpe\w*|compromise?s?|compromis|"
    r"detourne\w*|pris (?:le )?(?:controle|possession)|sous le controle|introduit\w*|infiltre\w*)"
)
MESSAGES = (
    r"(?:mails?|messages?|spams?|spam|liens?|demandes?(?: d argent)?|factures?|arnaques|pubs|virus|phishing|trucs)"
)
FROM_ME = (
    r"(?:de ma part|(?:de|depuis|venant de|avec) (?:mon|ma|notre|nos) (?:\w+ )?(?:adresse|boite|mails?|"
    r"messagerie|compte|nom|"
    r"ordinateur)|a mon nom|avec mon nom|de moi|mon (?:adresse|mail)|que je n ai (?:pas|jamais))"
)
WITHOUT_ME = (
    r"(?:tou[ts] seule?s?|toute seule|tous seuls|a ma place|a mon insu|sans (?:moi|nous)|"
    r"je n ai (?:pas|jamais|rien) \w+|ai rien envoye|n etait pas moi|pas moi|quelqu un d autre)"
)

PATIENT_DATA = (
    r"(?:donnees|donnes? (?:de sante|patients?|medica\w+)|dossiers?|base|fichiers?|resultats?|analyses?|"
    r"ordonnances?|radios?|images?|photos?|infos?|informations?|"
    r"planning|comptes rendus|noms?|listes?|documents? medica\w+|drive)"
)
IN_THE_OPEN = (
    r"(?:dark ?web|darknet|telegram|en vente|a vendre|vend|forum|sur (?:internet|le net|google|instagram)|"
    r"reseaux sociaux|libre acces|acces libre|sans mot de passe|(?:etait|est|sont|etaient|base|"
    r"drive) (?:\w+ )*(?:publics?|publiques?|ouverte?s?|accessibles?)|"
    r"accessibles? a tous|ouverte?s? a tous|(?:a|par|pour) tout le monde|visibles?|circulent|trainent|"
    r"dehors|journaliste|poubelle|"
    r"benne|n importe qui|sur le web|facebook|consultables?|diffusee?s?|divulguee?s?|publie\w*|expos\w+|"
    r"laissait voir|affiche (?:les|des|le|la))"
)
LEAK = (
    r"(?:fuites? (?:de|des) (?:donnees?|la base|dossiers?|notre|mon|ma|nos)|"
    # Of water, of gas, in the ceiling: of anything but data.
    r"fuites?(?! (?:d[eu]?|des|aux?|a|dans|sur|sous|chez) (?!(?:\w+ ){0,2}(?:donnees|dossiers?|patients?|fichiers?|"
    r"base|informations?|logiciels?|editeur|hebergeur|prestataire|doctolib|cloud)))|fuitees?|fuiter|"
    r"exfiltr\w+|violations? (?:de|des) donnees|vols? de donnees|donnees (?:\w+ )?volees)"
)
SUPPLIER = (
    r"(?:editeurs?|logiciels?|hebergeurs?|prestataires?|telesecretariat|sous-traitants?|plateforme|"
    r"fournisseur de logiciel|doctolib|fournisseur|site)"
)
STRUCK = (
    r"(?:intrusions?|intrus|piratages?|cyber-?attaques?|exfiltr\w+|pirate\w*|attaque\w*|hacke\w*|incident de securite|"
    r"vols? de donnees|violation|acces non autorise)"
)
INSIDER = rf"(?:ancien\w*|ex|ex-\w+|{STAFF}|femme de menage|employee?)"
COPIED = (
    r"(?:copie[res]*|copiant|regarde\w*|emporte\w*|partie? avec|consult\w*|photographie\w*|aspire\w*|garde|"
    r"diffuse\w*|divulgue\w*|vole\w*|raconte|telecharge\w*|publie\w*)"
)

WHAT_NOW = (
    r"(?:que (?:dois[- ]je |doit[- ]on |faut[- ]il |peut[- ]on |puis[- ]je )?faire|quoi faire|fai[ts] quoi|"
    r"faire quoi|comment reagir|au secours|a l aide|aide[zr][- ]moi|help|urgent|urgence|sos|vite|"
    r"qui (?:dois-je )?(?:appeler|prevenir)|"
    r"premiers gestes|en premier|on debranche|je debranche|on eteint|j eteins|ou j eteins)"
)

# An attack without a word on what it is: which sheet to open has to be asked.
ATTACK = (
    r"cyber-?attaque\w*|attaque informatique|pirate(?:e|s|es|r)?|piratages?|hack(?:e|ee|es|er)|virus|trojan|malwares?|"
    r"cheval de troie|intrusions?|infecte(?:e|s|es)?|(?:ordi\w*|pc|poste) (?:\w+ ){0,3}(?:bizarre\w*|anormal\w*)|"
    r"(?:ecran|ordi\w*|pc|poste) (?:\w+ ){0,3}bloque\w* (?:[\w|]+ ){0,8}(?:pay\w*|argent|euros|€|demand\w*)"
)
TROUBLE = (
    rf"{CLICK}|{RANSOM}|{RANSOMWARE}|pirat\w*|hack\w*|virus|trojan|malware|cheval de troie|cyber-?attaque\w*|"
    r"cambriol\w*|ete vole\w*|disparu\w*|intrusions?|infecte\w*|escroq\w*|arnaqu\w*|phish\w*|hamec\w*|"
    r"fraudul\w*|spams?|debloquer|pris le controle|prend le controle|anydesk|teamviewer|monsieur de microsoft|"
    r"(?:plus|pas) (?:a )?ouvrir (?:mes|les|nos) (?:fichiers|dossiers|documents)|ouvert une? (?:\w+ ){0,3}piece jointe"
)


def any_of(*patterns: str) -> re.Pattern[str]:
    """Any of the patterns, as whole words."""
    return re.compile("|".join(rf"(?<![\w-])(?:{pattern})(?![\w-])" for pattern in patterns))
