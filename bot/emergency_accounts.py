"""Signs of a lure followed, and of an account in other hands. Patterns are on plain text (see ``emergency_text``)."""

from bot import emergency_words as w
from bot.emergency_rule import Rule, rule
from bot.emergency_things import HARMLESS_CLICK
from bot.incident import Incident

MAILBOX_HACKED: tuple[Rule, ...] = (
    rule(
        Incident.MAILBOX_HACKED,
        w.HACKED,
        rf"(?:ma|mon|mes|notre|nos|la|le|l|une?) (?:\w+ )?{w.MAILBOX}|page (?:facebook|instagram)|"
        rf"{w.MAILBOX} (?:\w+ ){{0,3}}{w.HACKED}|piratages? (?:de|du) (?:\w+ )?{w.MAILBOX}",
        gap=60,
        without=r"rib|facture|(?:le|un|ce|du) mails? pirates?",
    ),
    rule(
        Incident.MAILBOX_HACKED,
        r"recoi\w*|recu|recevoir|signale|disent|dit",
        r"patients?|contacts?|confreres?|gens|collegues?|carnet",
        w.MESSAGES,
        w.FROM_ME,
        gap=80,
    ),
    rule(
        Incident.MAILBOX_HACKED,
        r"envoi\w*|envoy\w*|partent|part|publie\w*|spam|spamm\w+|ecri\w+|utilis\w*|arnaquer",
        rf"{w.MAILBOX}|{w.MESSAGES}",
        rf"{w.WITHOUT_ME}|spams?|spam|virus|phishing|arnaques?|arnaquer|pubs|etranges|bizarres?",
        rf"(?:ma|mon|mes|notre|nos|le|la) (?:\w+ )?(?:{w.MAILBOX}|ordinateur|page|contacts?|place)|"
        r"a ma place|sans moi|que je n ai",
        gap=80,
    ),
    rule(
        Incident.MAILBOX_HACKED,
        r"plus (?:d )?acces|plus (?:me |se |a )*(?:connecter|acceder|ouvrir|entrer|rentrer)|marche plus",
        w.MAILBOX,
        r"changee?|changer|modifiee?|pirate|hacke\w*|quelqu un|pas moi|sans nous",
        gap=80,
    ),
    rule(
        Incident.MAILBOX_HACKED,
        r"change[er]*|modifiee?",
        r"mot de passe|numero de recuperation",
        w.MAILBOX,
        r"quelqu un|pirate|hacker|sans nous|pas moi|on (?:m )?a|plus",
        gap=80,
    ),
    rule(
        Incident.MAILBOX_HACKED,
        r"connexions?|connectee?|rentree?|entree?|introduite?",
        rf"{w.MAILBOX}",
        r"suspectes?|inconnues?|inhabituelles?|bizarres?|etranges?|pas moi|etranger|russie|bresil|nigeria|"
        r"chine|vietnam|inde|ukraine|maroc|pas reconnu\w*|reconnais pas|quelqu un|kelkun",
        gap=80,
    ),
    rule(
        Incident.MAILBOX_HACKED,
        r"regles?|filtres?|redirections?|transfer\w*",
        r"inconnue?s?|etrangeres?|que je n ai pas",
        r"mails?|boite|messagerie|adresse",
        without=r"\.fr",
    ),
    rule(
        Incident.MAILBOX_HACKED,
        r"(?:pirate|hacker|escroc|quelqu un|inconnu|on) (?:\w+ ){0,2}(?:utilise|lit|lis|repondu|accede|"
        r"a repondu|sert)|utilise\w*|se sert|acces",
        rf"(?:ma|mon|mes|notre|nos|depuis) (?:\w+ )?{w.MAILBOX}",
        r"pirate|hacker|escroc|quelqu un|inconnu|a ma place|a mon insu|arnaquer|on",
    ),
    rule(
        Incident.MAILBOX_HACKED,
        rf"piratages? (?:de |du |d )?(?:\w+ )?{w.MAILBOX}",
    ),
    rule(
        Incident.MAILBOX_HACKED,
        r"(?:quelqu un|on|pirate) lit (?:\w+ )?mails?",
    ),
)
_KEYS = r"(?:mots? de passe|identifiants?|codes?|pin)"
_TOLD = rf"{w.GAVE}|donnee?s|dicte\w*|epele\w*|revele\w*|confie\w*|dit|lire"
_PRETENDS = (
    r"(?:disait|disant|se (?:dit|presentait|presentant)|pretend\w*|faisai[ts]? passer|faisant passer|fait passer|"
    r"soi-disant|soi disant|faux|fausse|inconnue?|(?:quelqu un|(?:un|une) (?:personne|monsieur|dame|homme|femme|type|"
    r"mec|"
    r"gars|individu|voix|appel))(?= (?:\w+ ){0,2}(?:au (?:tel\w*|bout)|par tel\w*|qui (?:appel\w*|m a|dit|se|disait)))|"
    r"(?:qui|on|quelqu un|il|elle) (?:m|nous) (?:a|ont|avait) (?:appele|telephone))"
)
_KNOWN_PERSON = (
    rf"{w.BANK}|(?:mon|ma|notre|l|au|a ma|a mon) (?:{w.STAFF}|informaticien\w*|prestataire|editeur|technicien|"
    rf"patiente?)|"
    r"anydesk|teamviewer|la main"
)
# What is written on the buttons of any program is an infinitive; these would open, install or pay something.
_LABEL = (
    r"(?:tout )?(?!telecharger|installer|executer|lancer|activer|payer|regler|debloquer|confirmer|rembourser|ouvrir)"
    r"(?:\w{2,}(?<!i)er|verifier|modifier|publier|\w{3,}ir)"
)
CLICKED: tuple[Rule, ...] = (
    rule(
        Incident.CLICKED,
        w.CLICK,
        without=r"je clique (?:dessus )?(?:ou (?:pas|non) )?\?|cliqu\w* trop vite|repondre a tous|clics sont|"
        rf"(?:bouton|cliqu\w* sur|clic sur) {_LABEL}|cliqu\w* (?:\w+ ){{0,6}}cookies?|{HARMLESS_CLICK}",
    ),
    rule(
        Incident.CLICKED,
        _TOLD,
        _KEYS,
        _PRETENDS,
        gap=100,
        without=_KNOWN_PERSON,
    ),
    rule(
        Incident.CLICKED,
        r"connectee?s?|identifiee?s?|authentifiee?s?|loggue\w*",
        r"sites?|pages?|adresse|portail|copie|liens?|url|ameli\w*|doctolib|pro sante connect",
        r"(?:faux|fausse|copie d\w*|imit\w*|ressembl\w*|frauduleu\w*|pieg\w*|clone|contrefait\w*|bidon|"
        r"pas (?:le|la) (?:bonne?|vraie?)|pas (?:celui|celle) (?:de|d)|pas officiel\w*)",
        gap=80,
        without=r"quelqu un|inconnu|a l imprimante",
    ),
    rule(
        Incident.CLICKED,
        w.GAVE,
        w.CREDENTIALS,
        w.ODD,
        without=w.FAKE + r" (?:conseill\w+|banqu\w+)|ma secretaire, est",
        gap=80,
    ),
    rule(
        Incident.CLICKED,
        w.GAVE,
        w.CREDENTIALS,
        w.BAIT,
        rf"{w.LURED}|{w.UPSET}|{w.WHAT_NOW}",
        gap=80,
        without=r"carnet|gestionnaire",
    ),
    rule(
        Incident.CLICKED,
        rf"{w.OPENED}|{w.SCANNED}",
        w.BAIT,
        rf"{w.ODD}|{w.UPSET}|\w*\.exe|exe|suspect\w*",
        gap=80,
        without=r"antivirus (?:gratuit|payant)",
    ),
    rule(
        Incident.CLICKED,
        w.GAVE,
        w.CREDENTIALS,
        r"(?:sur|dans|via) (?:un|une) (?:\w+ )?(?:site|page|mail|formulaire|lien|sms|message)|colis|"
        r"amende|livraison|chronopost|antai|netflix",
        without=r"carnet|gestionnaire",
    ),
    rule(
        Incident.CLICKED,
        r"mise a jour",
        r"mail|fenetres?|popup|pop-up|lien",
        r"fait|installe\w*|suivi|lance\w*",
    ),
    rule(
        Incident.CLICKED,
        r"hameconner|hameconnee?s?|phisher|phishee?s?|pieger|piegee?s?",
        r"fait|faire|ete",
        r"mail|sms|lien|qr|cabinet|hamecon\w*|phish\w*",
        without=r"(?:mails?|liens?|sms|messages?) pieg\w*|reperer",
    ),
    rule(
        Incident.CLICKED,
        w.SCANNED,
        r"qr|qr codes?",
        r"paye\w*|identifiants|carte|donne\w*|mot de passe",
    ),
    rule(
        Incident.CLICKED,
        w.FOOLED,
        w.PHISHING,
    ),
    rule(
        Incident.CLICKED,
        r"fait phish\w*|victime (?:d |de )?(?:un |l |du )?(?:hamec\w*|phish\w*|fishing)",
    ),
    rule(
        Incident.CLICKED,
        r"repondu|suivi|reponse",
        r"mails?|sms|liens?|texto",
        rf"{w.ODD}|fausse|codes|numero de carte",
    ),
    rule(
        Incident.CLICKED,
        r"pris|vole\w*|paye\w*|debite\w*",
        r"(?:faux|fausse) (?:site|page|mail|sms)|site d \w+ qui est une arnaque",
        r"coordonnees|carte|code\w*|mot de passe|euros?|rib|identifiants?",
    ),
    rule(
        Incident.CLICKED,
        r"autorise\w*|je l ai fait|reconnecter",
        r"mails?|application",
        rf"{w.ODD}|inconnu\w*",
    ),
)
