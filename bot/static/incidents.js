// The eight emergencies: what their buttons say, and how to tell them apart while the service cannot.

import { INTERCEPTS, NAMES, WORDS } from "./incident-words.js";

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

// Probability that something has happened from which a sheet opens, or the list of sheets is offered; and the part of
// it that one incident must hold to be named. Set on sentences that the weights were not trained on.
const SURE = 0.7;
const LIKELY = 0.5; // enough for the sheet itself when the writer calls for help
const CLEAR = 0.5;
/** Beyond so many words a text is a story: something in it always looks like trouble. */
const WORDS_MAX = 60;
const LETTERS = 5; // of each word, as in evals/offline_weights.py
const STEPS = 4;

const RANSOM = /rancon|ransom|bitcoin/;
const ENCRYPTION = /chiffre|crypt/;
const AKIN = ["data-leak", "mailbox-hacked", "fake-support"];
const WHAT_NOW = /que (dois je )?faire|(quoi|koi) faire|(fai[ts]?|fe) (quoi|koi)|au secours|help|a l aide|urgent/g;
// A subject, a rule, a meaning: nothing is told to have happened.
const ASKS =
  /^(et |mais |bonjour )?(comment|combien|pourquoi|quel|qui |quand |ou |est ce|qu est|c est quoi|existe|que |peut|peux|puis|dois|doit|fau?t? )|(faut|fo|doit|dois|peut|puis|est|sont) t?i?(il|elle|on|je|ils|elles) |(obligat|prevention|prevenir les|definition|difference|conseils? |conduite|reconnaitre|eviter|proteger|sensibilis|a donner|a jeter|assurance cyber)/;
const SUPPOSED = /(^| )(si (un jour|j[e ]|on |l on |un|une|ma|mon|nous|quelqu)|en cas d|au cas ou|risque d)/;
const DENIED = /(pas|rien|jamais) (encore |du tout |ete )?(cliqu|ouvert|ouvrir|vole|donn|repondu|paye|pris|perdu|saisi|rempli)|failli/;
/** Without a verb, words of trouble are the words of a search. */
const TOLD = /(^| )(j|g|jai|je|jme|m|ma|mes|me|on|nous|nos|il|elle|ils|a|ont|est|sont|ete|s|se|c|viens?t?|plus|tou[ts]|cette nuit|en cours)( |$)/;
const TROUBLE = /rancon|ransom|lockbit|cryptolock|(tou[ts]?|fichiers) .{0,9}(crypt|chiffre)|pirat|hack|phish|hamecon|arnaq|escroq/;
const EVERYDAY = /(velo|trottinette|parking|parapluie|scooter|d eau|gaz|logo|votre site)( |$)/;

let weights = null; // by beginning of word: [[rank of the incident, weight], …]

/**
 * What a sentence seems to speak of: `sure`, the incident whose sheet may open, or null; `likely`, whether the list of
 * sheets is worth showing.
 */
export function suspected(question) {
  const exact = SITUATIONS.find(({ label }) => label === question);
  if (exact) return { sure: exact.incident, likely: true };
  const words = plainWords(question);
  const { incident, probability, share } = guess(words);
  const text = words.filter((word) => !"?!".includes(word)).join(" ");
  const rest = text.replace(WHAT_NOW, " ").trim();
  const called = rest !== text || words.includes("!");
  const calm = ASKS.test(`${rest} `) || (SUPPOSED.test(text) && !called) || DENIED.test(text) || EVERYDAY.test(text);
  const told = (called || TOLD.test(text)) && !calm && words.length <= WORDS_MAX;
  return {
    sure: told && probability >= (called ? LIKELY : SURE) && share >= CLEAR ? incident : null,
    likely: calm ? probability >= SURE : probability >= LIKELY || TROUBLE.test(text),
  };
}

/** The incident that a sentence plainly speaks of, or null. */
export function recognised(question) {
  return suspected(question).sure;
}

function plainWords(question) {
  const folded = question.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/œ/g, "oe");
  return folded.match(/[a-z0-9]+|[?!]/g) ?? [];
}

/** The likeliest incident, the probability that there is one, and the part of it that it holds. */
function guess(words) {
  weights ??= readWeights();
  const seen = words.map((word) => word.slice(0, LETTERS));
  const sums = [...INTERCEPTS];
  for (const feature of new Set([...seen, ...seen.slice(0, 1).map((word) => `^${word}`)])) {
    for (const [rank, weight] of weights.get(feature) ?? []) sums[rank] += weight;
  }
  const odds = sums.slice(0, -1).map((sum) => Math.exp((sum - sums.at(-1)) / STEPS));
  const total = odds.reduce((one, other) => one + other);
  const best = Math.max(...odds);
  let incident = NAMES[odds.indexOf(best)];
  // A ransom outweighs what was leaked. Against a false technician the gestures are opposite (restart, do not power
  // off): leaving a machine on is the safer mistake.
  const text = words.join(" ");
  if (AKIN.includes(incident) && RANSOM.test(text)) incident = "ransomware";
  if (incident === "fake-support" && ENCRYPTION.test(text)) incident = "ransomware";
  return { incident, probability: total / (1 + total), share: best / total };
}

function readWeights() {
  return new Map(
    WORDS.trim()
      .split(/\s+/)
      .map((entry) => {
        const [, word, marks] = /^([^A-Z]+)(.*)$/.exec(entry);
        const pairs = [...marks.matchAll(/([A-Z])(\d+)/g)].map(([, letter, size]) => {
          const rank = letter.charCodeAt(0) - 65;
          return rank < NAMES.length ? [rank, Number(size)] : [rank - NAMES.length, -Number(size)];
        });
        return [word, pairs];
      }),
  );
}
