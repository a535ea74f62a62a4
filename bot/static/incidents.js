// The eight emergencies: what their buttons say, and plain rules to tell them apart while the service cannot.

/** `incident` is the stable name of the sheet; `label` is asked as it stands. Gravest first. */
export const SITUATIONS = [
  { incident: "ransomware", label: "Mes fichiers sont chiffrés" },
  { incident: "clicked", label: "J’ai cliqué sur un lien frauduleux" },
  { incident: "mailbox-hacked", label: "Ma messagerie a été piratée" },
  { incident: "fake-support", label: "Un faux technicien a pris la main sur mon ordinateur" },
  { incident: "fake-banker", label: "Un faux conseiller bancaire m’a appelé" },
  { incident: "theft", label: "On m’a volé un ordinateur ou un téléphone" },
  { incident: "wrong-recipient", label: "J’ai envoyé un message au mauvais destinataire" },
  { incident: "data-leak", label: "Des données de patients circulent sur internet" },
];

// Only used when the server cannot be asked. In order: encryption outweighs all, for the gestures against a false
// technician (restart) are the opposite of those against ransomware (do not power off).
const RULES = [
  ["ransomware", /(chiffre|crypt|rancon|ransom|bitcoin|extension bizarre)/],
  ["fake-support", /(faux (technicien|support)|microsoft.{0,40}(appel|numero|ecran)|pris la main|prise en main|teamviewer|anydesk)/],
  ["fake-banker", /(faux (conseiller|banquier)|conseiller (bancaire|de la banque)|service fraude|virement.{0,30}(fraud|frauduleux|faux))/],
  ["mailbox-hacked", /(messagerie|mail|courriel|compte|boite).{0,40}(pirat|hack|vole)|(pirat|hack).{0,40}(messagerie|mail|courriel|compte|boite)/],
  ["theft", /(vole|vol|perdu|derobe|cambriol).{0,50}(ordinateur|ordi|portable|telephone|tablette|cle usb|disque|carte)|cambriol/],
  ["clicked", /(clique|ouvert).{0,60}(lien|piece jointe|pj|mail|sms)|(donne|saisi|entre).{0,40}(mot de passe|identifiant|carte)|hameconn|phishing/],
  ["wrong-recipient", /(mauvais(e)?|pas (au|le) bon).{0,25}(destinataire|adresse|patient|personne)|trompe.{0,30}(destinataire|adresse)/],
  ["data-leak", /(donnees|dossiers|fichiers).{0,40}(circulent|fuite|en ligne|internet|dark|publi)|fuite de donnees/],
];

/** The incident that a sentence plainly speaks of, or null. */
export function recognised(question) {
  const exact = SITUATIONS.find(({ label }) => label === question);
  if (exact) return exact.incident;
  const text = question
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
  return RULES.find(([, rule]) => rule.test(text))?.[0] ?? null;
}
