// Identifiers masked before a question leaves the browser; the server does the same again (bot/privacy.py).

import { named, withoutCards, withoutEmails, withoutIbans, withoutNirs, withoutPhones, withoutRpps } from "./identifiers.js";
import { withoutBirths, withoutNames } from "./persons.js";

const NBSP = "\u00a0";
/** Help lines of corpus/contacts.toml: they are nobody's personal data. A test compares the two lists. */
export const PUBLIC_PHONES = new Set([
  "0153732222",
  "0800730647",
  "0805805817",
  "0892705705",
  "0970833218",
  "0972439125",
]);
const KINDS = {
  email: "une adresse de courriel",
  iban: "un IBAN",
  nir: "un numéro de sécurité sociale",
  card: "un numéro de carte bancaire",
  phone: "un numéro de téléphone",
  rpps: "un numéro RPPS",
  name: "le nom d’une personne",
  birth_date: "une date de naissance",
};

/** `{ text, found }`: the question without identifiers, and the kinds of identifier masked, never their values. */
export function mask(question, publicPhones = PUBLIC_PHONES) {
  const { nir, rpps, card } = named(question);
  const steps = [
    ["email", withoutEmails],
    ["iban", withoutIbans],
    ["nir", (text) => withoutNirs(text, nir)],
    ["card", (text) => withoutCards(text, card)],
    ["phone", (text) => withoutPhones(text, publicPhones)],
    ["rpps", (text) => withoutRpps(text, rpps)],
    ["name", withoutNames],
    ["birth_date", withoutBirths],
  ];
  let text = question;
  const found = [];
  for (const [kind, step] of steps) {
    const masked = step(text);
    if (masked !== text) found.push(kind);
    text = masked;
  }
  return { text, found };
}

/** What the reader is told when something was masked, as a notice of a reply. */
export function maskNotice(found) {
  const named = found.map((kind) => KINDS[kind]);
  const kinds = [named.slice(0, -1).join(", "), named.at(-1)].filter(Boolean).join(" et ");
  const text =
    `Votre question semblait contenir ${kinds}${NBSP}: cela a été masqué avant l’envoi, et n’est pas conservé. ` +
    "N’indiquez aucune donnée de patient.";
  return { code: "personal_data_masked", text };
}
