// Questions to begin with, by audience. A test asks each of them: all are answered by the starter corpus.

export const AUDIENCES = {
  medecin: "Médecin",
  infirmier: "Soins infirmiers",
  "sage-femme": "Sage-femme",
  pharmacien: "Pharmacie",
  secretaire: "Secrétariat",
  coordination: "Coordination",
};

// The question mark and the space before it are added below: no line may forget them.
const COMMON = [
  "Combien de temps garder les dossiers dans un cabinet libéral",
  "Puis-je envoyer un compte rendu par Gmail ou WhatsApp",
  "Un patient demande une copie de son dossier, que dois-je faire",
  "Ma secrétaire peut-elle utiliser ma carte CPS",
  "Je suis seul dans mon cabinet, me faut-il un DPO",
  "Quelles règles simples pour les mots de passe du cabinet",
];
const BY_AUDIENCE = {
  medecin: [
    "Combien de temps garder les dossiers dans un cabinet libéral",
    "Sous quel délai remettre son dossier à un patient",
    "Puis-je envoyer un compte rendu par Gmail ou WhatsApp",
    "Mon logiciel doit-il être hébergé chez un hébergeur HDS",
    "Puis-je utiliser une IA pour rédiger mes comptes rendus",
    "Faut-il le consentement du patient pour tenir son dossier",
  ],
  infirmier: [
    "Puis-je photographier une plaie avec mon téléphone",
    "Puis-je échanger des informations sur un patient par WhatsApp",
    "Comment protéger mon téléphone professionnel",
    "Peut-on prêter sa carte CPS à un remplaçant",
    "Faut-il chiffrer mon ordinateur portable",
    "Combien de temps garder le double des feuilles de soins",
  ],
  "sage-femme": [
    "Comment informer les patientes de leurs droits",
    "Qui peut demander le dossier médical d’une mineure",
    "Puis-je envoyer un compte rendu par Gmail ou WhatsApp",
    "Une plateforme de rendez-vous en ligne est-elle mon sous-traitant",
    "Faut-il chiffrer mon ordinateur portable",
    "Faut-il tester ses sauvegardes",
  ],
  pharmacien: [
    "Combien de temps garder les images de vidéosurveillance",
    "À quels signes reconnaître un hameçonnage",
    "Faut-il séparer le Wi-Fi des clients de celui de l’officine",
    "Un pharmacien doit-il tenir un registre des traitements",
    "Faut-il tester ses sauvegardes",
    "Faut-il verrouiller sa session quand on quitte son poste",
  ],
  secretaire: [
    "Ma secrétaire peut-elle utiliser ma carte CPS",
    "À quelles données la secrétaire peut-elle accéder",
    "À quels signes reconnaître un hameçonnage",
    "Que faire d’un mail suspect",
    "Puis-je envoyer une ordonnance par mail à un patient",
    "Peut-on noter ses mots de passe sur un papier",
  ],
  coordination: [
    "Quand faut-il une analyse d’impact",
    "Faut-il un DPO pour une maison de santé",
    "Quel contrat RGPD signer avec un sous-traitant",
    "Sous quel délai notifier une violation à la CNIL",
    "Comment continuer à soigner quand l’informatique est en panne",
    "Où déclarer un incident de sécurité informatique du secteur de la santé",
  ],
};

/** Six questions for an audience; null: for everyone. */
export function questionsFor(audience) {
  return (BY_AUDIENCE[audience] ?? COMMON).map((question) => `${question}\u00a0?`);
}
