// French wording of a source: dates, delays, place in the document.

const NBSP = "\u00a0";
const MONTHS = [
  "janvier", "février", "mars", "avril", "mai", "juin",
  "juillet", "août", "septembre", "octobre", "novembre", "décembre",
];
const OLD_AFTER_YEARS = 5;
const MEDIA = { "application/pdf": "PDF" };

/** The notice; its parts in `[short, long, short, long]` turn, of which the short ones make a sentence of their own. */
export const NOTICE_PARTS = [
  "Assistant automatisé",
  `${NBSP}: extraits ou résumés de documents officiels`,
  ", peut se tromper",
  ", ne remplace pas un conseil",
];

export const NOTICE = `${NOTICE_PARTS.join("")}.`;

export const KINDS = {
  official: "Texte officiel",
  digest: "Résumé CyberVigie",
  local: "Document de votre structure",
};

const LONG_KINDS = { ...KINDS, digest: "Résumé CyberVigie du texte officiel" };

/** What a text may demand of its reader, of the text itself and of the one that a digest summarises (bot/compose.py). */
export const FORCES = {
  law: ["Texte de loi", "d’un texte de loi"],
  binding: ["Texte contraignant", "d’un texte contraignant"],
  recommendation: ["Recommandation", "d’une recommandation"],
  information: ["Page d’information", "d’une page d’information"],
};

/** What becomes of the words typed here. `days`: of a text given with an opinion; 0: never kept, null: not known. */
export function promiseText(days) {
  const erased = "la conversation s’efface quand vous la fermez.";
  if (days === 0) return `Cette page n’enregistre rien${NBSP}: ${erased}`;
  if (days === null) return `L${erased.slice(1)}`;
  return (
    `Rien n’est gardé sans votre accord${NBSP}: ${erased} Seul le texte d’un avis, si vous l’acceptez, est conservé ` +
    `${days}${NBSP}jours au plus, identifiants reconnus masqués.`
  );
}

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

/** The moment so many hours after another. */
export function hoursAfter(date, hours) {
  return new Date(date.getTime() + hours * 3_600_000);
}

/** « jeudi 3 décembre à 18 h 52 », in the reader's own time zone. */
export function frenchMoment(date) {
  const weekday = new Intl.DateTimeFormat("fr-FR", { weekday: "long" }).format(date);
  const day = date.getDate() === 1 ? "1er" : date.getDate();
  const minutes = String(date.getMinutes()).padStart(2, "0");
  return `${weekday} ${day}${NBSP}${MONTHS[date.getMonth()]} à ${date.getHours()}${NBSP}h${NBSP}${minutes}`;
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

/** « PDF » where the service or the address tells, otherwise null. */
export function mediaWording({ media_type: type }, url) {
  return MEDIA[type] ?? (/\.pdf$/i.test(url.pathname) ? "PDF" : null);
}

/** The nature of a source in short labels: whether it is the text itself, and its force where that is known. */
export function natureLabels({ kind, force }) {
  if (!force || kind === "local") return [KINDS[kind]];
  const [own, summarised] = FORCES[force];
  return kind === "digest" ? [`${KINDS.digest} ${summarised}`] : [KINDS[kind], own];
}

/** The nature of a source where there is room to say it whole; null for an official text of which no more is known. */
export function natureWording(citation) {
  if (citation.force) return natureLabels(citation).at(-1);
  return citation.kind === "official" ? null : LONG_KINDS[citation.kind];
}

/** What must be said beside an old text, or null. A law is in force as amended, whatever its date. */
export function oldWording({ reserve, force, document_date: date }) {
  return reserve || (force === "law" ? null : ageWarning(date));
}
