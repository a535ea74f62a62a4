"""Signs of a false banker and of a payment to a crook. Patterns are on plain text (see ``emergency_text``)."""

from bot import emergency_words as w
from bot.emergency_rule import Rule, rule
from bot.incident import Incident

FAKE_BANKER: tuple[Rule, ...] = (
    rule(
        Incident.FAKE_BANKER,
        rf"(?:faux|fausse|fo|pseudo|soi-disant|pretendue?) (?:\w+ )?(?:{w.BANK}|ordres? de virement|rib|"
        r"virements?|fournisseurs?)",
    ),
    rule(
        Incident.FAKE_BANKER,
        w.BANK,
        rf"{w.CALLED}|sms|par tel\w*|homme|personne|quelqu un|disant|faisant passer|a la demande|"
        r"se presente\w*|au nom de",
        w.OPERATION,
        gap=100,
    ),
    rule(
        Incident.FAKE_BANKER,
        w.PAID,
        w.MONEY,
        w.FRAUD,
        gap=70,
        without=r"(?:faux|fausse) (?:site|page|sms)|rancon|pirates informatiques",
    ),
    rule(
        Incident.FAKE_BANKER,
        r"virements?|vire",
        r"fraud\w*|escroc\w*|arnaqu\w*|faux|patron|president|directeur|qui n est pas|faisant passer|"
        r"mon conseiller",
    ),
    rule(
        Incident.FAKE_BANKER,
        r"m appelle|me demande|m a demande|ma demande",
        w.BANK,
        r"valider|transferer|codes?|virement|operation",
        gap=100,
    ),
    rule(
        Incident.FAKE_BANKER,
        r"debits?|debite\w*|escroqu\w*|fraudes?",
        r"compte|carte|banque",
        r"frauduleu\w*|telephone|appel\w*|fraude",
        gap=70,
    ),
    rule(
        Incident.FAKE_BANKER,
        r"(?:arnaque|fraude) (?:au president|au rib|au virement|banquier)|escroquerie (?:bancaire|"
        r"au faux rib)",
    ),
    rule(
        Incident.FAKE_BANKER,
        r"coursier|livreur",
        r"carte (?:bleue|bancaire)|ma carte",
        r"banque|appel\w*|pris|prendre|recupere\w*",
    ),
    rule(
        Incident.FAKE_BANKER,
        r"vide|debite\w*|debits?|escroqu\w*|arnaque\w*|vole|pris|perdu|achats",
        r"compte|euros|€|argent|carte",
        rf"{w.BANK}|{w.CALLED}|faisant passer",
        gap=80,
    ),
    rule(
        Incident.FAKE_BANKER,
        r"(?:rib|iban) (?:\w+ ){0,4}(?:faux|fausse|change\w*|pirate\w*|modifie\w*|falsifie\w*)|(?:faux|"
        r"nouveau) rib|change (?:le |de )?rib",
        r"payee?s?|regle(?:e|es)?|viree?s?|virement|versee?s?|loyer|n a pas ete paye|pas ete",
        without=r"je paye? (?:quand meme )?\?",
    ),
    rule(
        Incident.FAKE_BANKER,
        r"valid\w*|confirme\w*",
        r"paiements?|achats?|operations?|virements?",
        rf"{w.BANK}|fait|demande\w*|pour l annuler|a la demande",
    ),
)
