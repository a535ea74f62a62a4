// French wording of a source: dates, place in the document, plain-text references.

import { safeUrl } from "./link.js";

const NBSP = "\u00a0";
const MONTHS = [
  "janvier", "février", "mars", "avril", "mai", "juin",
  "juillet", "août", "septembre", "octobre", "novembre", "décembre",
];
const OLD_AFTER_YEARS = 5;

export const NOTICE =
  "Assistant automatisé — extraits de documents officiels, peut se tromper, ne remplace pas un conseil.";

export const KINDS = {
  official: "Texte officiel",
  digest: "Résumé CyberVigie du texte officiel",
  local: "Document de votre structure",
};

export const SHORT_KINDS = { ...KINDS, digest: "Résumé CyberVigie" };

function parts(date) {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*)?$/.exec(date ?? "");
  if (!match) return null;
  const [year, month, day] = match.slice(1).map((part) => (part ? Number(part) : null));
  if (month !== null && (month < 1 || month > 12)) return null;
  if (day !== null && (day < 1 || day > 31)) return null;
  return { year, month, day };
}

/** « 18 juin 2020 », « juin 2020 », « 2020 » or « date inconnue ». */
export function frenchDate(date) {
  const found = parts(date);
  if (!found) return "date inconnue";
  const { year, month, day } = found;
  if (month === null) return String(year);
  const named = `${MONTHS[month - 1]}${NBSP}${year}`;
  return day === null ? named : `${day === 1 ? "1er" : day}${NBSP}${named}`;
}

/** « texte de 2018, à vérifier » for a text certainly older than five years, otherwise null. */
export function ageWarning(date, today = new Date()) {
  const found = parts(date);
  if (!found) return null;
  const latest = new Date(found.year + OLD_AFTER_YEARS, (found.month ?? 12) - 1, found.day ?? 31);
  return latest < today ? `texte de${NBSP}${found.year}, à vérifier` : null;
}

/** « p. 12 (page imprimée 10) », or null for a text without pages. */
export function pageWording({ page, page_label: label }) {
  if (page === null) return null;
  const printed = label !== null && label !== String(page) ? ` (page imprimée${NBSP}${label})` : "";
  return `p.${NBSP}${page}${printed}`;
}

/** The address that opens the quoted place, or else the document; null when there is none to trust. */
export function sourceUrl(citation) {
  return safeUrl(citation.deep_link) ?? safeUrl(citation.url);
}

function reference(citation) {
  const place = [
    citation.publisher,
    `«${NBSP}${citation.title}${NBSP}»`,
    frenchDate(citation.document_date),
    citation.section && `section «${NBSP}${citation.section}${NBSP}»`,
    pageWording(citation),
  ];
  const lines = [`[${citation.marker}] ${place.filter(Boolean).join(", ")}`];
  if (citation.kind !== "official") lines.push(`    ${KINDS[citation.kind]}`);
  const url = sourceUrl(citation);
  if (url) lines.push(`    ${url.href}`);
  if (citation.retrieved_at) lines.push(`    Page consultée le ${frenchDate(citation.retrieved_at)}`);
  return lines.join("\n");
}

/** The answer and its references, to be pasted into a mail or a ticket. */
export function plainText(question, reply) {
  const sections = [`Question${NBSP}: ${question}`, reply.answer, ...reply.notices.map((notice) => notice.text)];
  const missing = reply.citations.filter((citation) => !reply.answer.includes(citation.quote));
  sections.push(...missing.map(({ marker, quote }) => `[${marker}] «${NBSP}${quote}${NBSP}»`));
  if (reply.citations.length) sections.push(["Sources", ...reply.citations.map(reference)].join("\n"));
  sections.push(`CyberVigie. ${NOTICE}`);
  return sections.join("\n\n");
}
