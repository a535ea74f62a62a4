"""Words of trouble as they should be written, with spellings that sound otherwise, and words to leave alone."""

import re
from types import MappingProxyType

from bot import emergency_words as w

_ALIASES = """
clique: klique klik clik click cliqu
pirate: pirat
hacke: hack haquer
rancon: ransson ranson rencon
rancongiciel: ranconjiciel ransongiciel ransomgiciel rensongiciel
ransomware: ransomeware ransonware rensomware ramsomware ransomwear ransomwere
hameconnage: amessonage hamessonage hamecon
phishing: fiching fishing fishin
frauduleux: frodule fraudulleu
identifiants: idantifian
bancaire:
conseiller: conseille conseyer
banquier:
virement: viremen
arnaque: arnak
escroc: escro
technicien: tecnicien teknicien
depanneur:
informatique: informatik
microsoft: micro-soft microsof
telephone: telefon
portable:
ordinateur: ordinater ordinatueur
secretaire: segretaire
destinataire: destinatere destinater
ordonnance:
resultats: rezultat
patient: passian patian
dossier: dosier docier
fichiers: fichie
chiffre: chifre
crypte:
verrouille: vérouille verouille
bloque: bloke
serveur:
messagerie: mesagerie
adresse: adresse addresse
compte:
envoye: envoier
recoivent: resoive
mauvais: mauvai movais
erreur: ereur
trompe: tronpe
perdu: pairdu
cambriole:
sacoche:
ecran: ekran ecrant
numero: numerau
appele: appelle
donnees: donees
fuite: fuitte
internet:
logiciel: lojiciel
editeur:
bizarre: bizare bisard bisar bizar
suspect:
ouvert: ouver
installe: instale
telecharge:
piece: piesse
jointe:
demande: demende
compromise:
connecte: konecte
support: suport
assistance: asistance
inconnu: inconu
validation:
facture:
fournisseur: fournisseure
sauvegarde: sovegarde
cabinet:
"""
LEXICON: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {word: tuple(others.split()) for word, others in (line.split(":") for line in _ALIASES.strip().split("\n"))}
)
# Near a word of trouble by sound or by letters, and innocent.
_INNOCENT = (
    r"claque\w*|cloque\w*|clinique\w*|classique\w*|pratique\w*|conseils?|conseil|coffre\w*|chiffres?|chiffrement|"
    r"cryptage|comptes?|compter|comptee?|adresser|portables?|portail|compromis|dossiers?|fiches?|fichiers?|appels?|"
    r"appliqu\w*|technique\w*|service\w*|servir|serveuse|suspens\w*|support\w*|conserve\w*|observ\w*|consult\w*|"
    r"connaitre|connect\w*|demarch\w*|mission|permis\w*|promis\w*|validite|informat\w*|internes?|interne\w*|"
    r"ordonn\w*|patient\w*|patience|cabine|editions?|editer|logique\w*|logistique|structure\w*|lecture|fracture\w*|"
    r"numerique\w*|numerise\w*|arnica|ecrit\w*|ecrans?|ecrire|bloc|blocs|bloquer|jointes?|joint\w*|pieces?|install\w*|"
    r"telecharg\w*|mauvaise\w*|trompe\w*|erreurs?|perdre|perte|fuite\w*|resultat\w*|banqu\w*|vivement|virem\w*|"
    r"viennent|vraiment|medecin\w*|mesure\w*|messag\w*|secretar\w*|secret\w*|assista\w*|sauvegard\w*|donn\w*|"
    r"identif\w*|identit\w*|frauduleu\w*|hamecon\w*|rancon\w*|ransom\w*|phish\w*|pirat\w*|hack\w*|microsoft|"
    r"interets?|facteurs?|console\w*|dons?|depend\w*|collect\w*|instar|instable\w*|filieres?|internats?|internautes?|"
    r"telephon\w*|destin\w*|cambriol\w*|inconnu\w*|bizarre\w*|ouvert\w*|compromett\w*|fourni\w*|factur\w*|valid\w*"
)
KNOWN = re.compile(
    "|".join([_INNOCENT, *(value for name, value in vars(w).items() if name.isupper() and isinstance(value, str))])
)
