// Identifiers masked before a question leaves the browser; the server does the same again (bot/privacy.py).

import { withoutBirths } from "./births.js";
import { named, withoutAdelis, withoutCards, withoutEmails, withoutIbans, withoutNirs, withoutPhones, withoutRibs, withoutRpps } from "./identifiers.js";
import { withoutNames } from "./persons.js";
import { asTyped, plain } from "./plain-text.js";

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
  iban: "un IBAN ou un RIB",
  nir: "un numéro de sécurité sociale",
  card: "un numéro de carte bancaire",
  phone: "un numéro de téléphone",
  rpps: "un numéro RPPS ou ADELI",
  name: "le nom d’une personne",
  birth_date: "une date de naissance",
};

/** `{ text, found }`: the question without identifiers, and the kinds of identifier masked, never their values. */
export function mask(question, publicPhones = PUBLIC_PHONES) {
  const { read, places } = plain(question);
  const { nir, rpps, card } = named(read);
  const steps = [
    ["email", withoutEmails],
    ["iban", withoutIbans],
    ["iban", withoutRibs],
    ["nir", (text) => withoutNirs(text, nir)],
    ["card", (text) => withoutCards(text, card)],
    ["rpps", (text) => withoutRpps(text, rpps, publicPhones)],
    ["phone", (text) => withoutPhones(text, publicPhones)],
    ["rpps", withoutAdelis],
    ["name", withoutNames],
    ["birth_date", withoutBirths],
  ];
  let text = read;
  const found = [];
  for (const [kind, step] of steps) {
    const masked = step(text);
    if (masked !== text && !found.includes(kind)) found.push(kind);
    text = masked;
  }
  return { text: found.length ? asTyped(question, read, places, text) : question, found };
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
