// A reply drawn as a sheet: what is said, what is quoted and from where, whom to ask, what to do next.

import { aidSections, aidTitle } from "./aid.js";
import { contactList } from "./contacts.js";
import { button, element, list, spoken } from "./dom.js";
import { sheetFoot } from "./foot.js";
import { icon } from "./icon.js";
import { SITUATIONS } from "./incidents.js";
import { externalLink, knownUrl, linked } from "./link.js";
import { isLead, pieces } from "./quote.js";
import { sourceCard } from "./source.js";
import { frenchDate } from "./wording.js";

const HEADINGS = {
  answered: "Ce que disent les textes officiels",
  emergency: "Urgence\u00a0: les gestes, dans l’ordre",
  no_answer: "Pas de réponse officielle",
  clarify: "Précisez votre question",
};
const NO_ANSWER = "Les textes officiels dont je dispose ne répondent pas à cette question.";
const SUGGESTIONS = {
  answered: "Pour aller plus loin\u00a0:",
  clarify: "Choisissez\u00a0:",
  no_answer: "Essayez plutôt\u00a0:",
};
const COURTESY = /^(?:bonjour|bonsoir|salut|coucou|hello|merci|ok|d[’']accord|au revoir|bonne (?:journée|soirée|nuit))[\p{L}\s,.!’'-]{0,30}$/iu;
const BESIDE_CHARS_MAX = 900;
/** A question to which publishers may give figures that differ; what they say of other subjects is no disagreement. */
const ASKS_FIGURE = /combien|délai|durée|temps|longueur|taille|nombre|fréquence|tous les|quand/i;
/** Notices that may wait until the answer was read. */
const ASIDE = ["acronyms", "contact"];
/** In an emergency the gestures come before the remark on what was masked, too. */
const ASIDE_URGENT = [...ASIDE, "personal_data_masked"];

/** The question as it was asked, heading of its turn. */
export function questionBubble(question) {
  return element("h3", "question", spoken("Votre question\u00a0: "), question);
}

/** `tools`: `ask(question)`, `say(status)`, `isBusy()`, `hosts` (see hosts.js), `feedbackDays`, `turn`. */
export function answerSheet(question, reply, tools) {
  const polite = isCourtesy(question, reply);
  const sheet = element("article", `sheet sheet-${polite ? "courtesy" : reply.status}`);
  if (!polite) sheet.append(element("h4", "sheet-title", ...heading(reply)));
  if (reply.status === "emergency") sheet.append(element("p", "aid-nature", aidNature(reply)));
  const body = element("div", "sheet-body");
  sheet.append(body);
  const aside = reply.status === "emergency" ? ASIDE_URGENT : ASIDE;
  body.append(...notices(reply, ({ code }) => !aside.includes(code)));
  if (reply.status === "emergency") body.append(...aidSections(reply, tools));
  else body.append(...answerParts(question, reply, tools));
  body.append(...notices(reply, ({ code }) => aside.includes(code)), ...afterwards(reply, tools));
  if (!polite) sheet.append(sheetFoot(question, reply, tools));
  return sheet;
}

/** A sheet that the page has kept, for when the service does not answer; it says so, and of when it is. */
export function cachedSheet(question, reply, tools) {
  const sheet = answerSheet(question, reply, { ...tools, feedbackDays: 0, offline: true });
  const date = reply.builtAt ? ` Textes du ${frenchDate(reply.builtAt)}.` : "";
  const text = `Le service n’a pas pu répondre.${date} Suivez les gestes dans l’ordre, appelez les numéros indiqués.`;
  sheet.querySelector(".sheet-body").prepend(element("p", "notice notice-kept", element("strong", "", "Fiche gardée. "), text));
  return sheet;
}

/** When words of trouble do not say which: the sheets kept by the page, to choose from. */
export function situationChoice(ask) {
  const buttons = SITUATIONS.map(({ label }) => button(label, "", () => ask(label)));
  return element(
    "section",
    "urgent",
    element("h4", "", icon("alarm"), "Est-ce une urgence\u00a0?"),
    element("p", "", "Le service ne répond pas, mais les fiches d’urgence sont gardées dans cette page. Choisissez votre situation\u00a0:"),
    list("ul", "choices", buttons),
    element("p", "", "Si aucune ne convient\u00a0: 17cyber.gouv.fr (en ligne, 24\u00a0h/24)."),
  );
}

/** In place of the reply of a search that was given up for an emergency; the question can be asked again. */
export function abandonedNote(question, ask) {
  const again = button("Reposer cette question", "quiet", () => ask(question));
  return element("div", "abandoned", element("p", "", "Recherche interrompue par l’urgence."), again);
}

/** A greeting or thanks got a kind word, which is no failure to answer. */
function isCourtesy(question, { status, citations }) {
  return !citations.length && ["no_answer", "clarify"].includes(status) && COURTESY.test(question.trim());
}

/** A reply that rests on our own summaries alone does not pass for the texts themselves. */
function heading(reply) {
  const { status, citations } = reply;
  const digestOnly = status === "answered" && citations.every(({ kind }) => kind === "digest");
  const localOnly = status === "answered" && citations.every(({ kind }) => kind === "local");
  if (status === "emergency") return [icon("alarm"), emergencyHeading(reply)];
  if (digestOnly) return ["Ce que nos résumés retiennent des textes officiels"];
  return [localOnly ? "Ce que disent les documents de votre structure" : HEADINGS[status]];
}

function emergencyHeading(reply) {
  const title = aidTitle(reply);
  return title ? `Urgence\u00a0: ${title[0].toLowerCase()}${title.slice(1)}` : HEADINGS.emergency;
}

/** In an emergency the nature of the sheet is said at its head, its sources at its end. */
function aidNature({ citations }) {
  const digest = citations.every(({ kind }) => kind === "digest");
  return digest ? "Résumé CyberVigie, sources en fin de fiche" : "Textes officiels, sources en fin de fiche";
}

/** What is said between the quotes, and each quote as the card of its source, in the order of the answer. */
function answerParts(question, reply, tools) {
  const parts = [];
  const cards = new Map(reply.citations.map((citation) => [citation.marker, sourceCard(citation, tools)]));
  const placed = new Set();
  const found = pieces(reply.answer || (reply.status === "no_answer" ? NO_ANSWER : ""), reply.citations);
  found.forEach((piece, i) => {
    if (piece.citation) {
      placed.add(piece.citation.marker);
      parts.push(cards.get(piece.citation.marker).node);
      return;
    }
    const next = found[i + 1]?.citation;
    const said = piece.text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim());
    // The card itself says who speaks, when and about what; the heading says what the first line announces.
    if (next && !reply.generated && isLead(said.at(-1) ?? "", next)) said.pop();
    const announces = i === 0 && next && !reply.generated ? /(^|\n)\s*Voici ce [^\n]*:\s*$/ : "";
    const kept = said.map((paragraph) => paragraph.replace(announces, "").trim()).filter(Boolean);
    parts.push(...kept.map((paragraph) => saidParagraph(paragraph, cards)));
  });
  const apart = reply.citations.filter(({ marker }) => !placed.has(marker));
  parts.push(...apart.map(({ marker }) => cards.get(marker).node));
  const figures = ASKS_FIGURE.test(question) && reply.citations.every(({ quote }) => /\d/.test(quote));
  return figures ? beside(parts, reply.citations) : parts;
}

/** Connecting words; each [n] of a known source becomes a button that leads to its card. */
function saidParagraph(text, cards) {
  const node = element("p", "said");
  for (const part of text.split(/(\[\d{1,3}\])/)) {
    const marker = Number(/^\[(\d+)\]$/.exec(part)?.[1]);
    node.append(cards.has(marker) ? cards.get(marker).mark() : part);
  }
  return node;
}

/** Cards of publishers that differ stand side by side, where their quotes are short enough for two columns. */
function beside(parts, citations) {
  const publishers = new Set(citations.map(({ publisher }) => publisher));
  const cards = parts.filter((part) => part.classList.contains("card"));
  const first = parts.indexOf(cards[0]);
  const together = cards.length > 1 && cards.every((card, i) => parts[first + i] === card);
  const short = citations.every(({ quote }) => quote.length <= BESIDE_CHARS_MAX);
  if (publishers.size < 2 || !together || !short) return parts;
  const label = element("p", "beside-label", `${publishers.size}\u00a0éditeurs, chacun avec sa date\u00a0: leurs textes peuvent différer.`);
  const row = element("div", "beside", ...cards);
  return [...parts.slice(0, first), label, row, ...parts.slice(first + cards.length)];
}

/** The notices that `wanted` keeps. Contacts told one by one are drawn as contacts instead. */
function notices({ notices: entries, contacts }, wanted) {
  return entries
    .filter(wanted)
    .filter(({ code, text }) => text.trim() && !(contacts.length && code === "contact"))
    .map(({ code, text }) => {
      const label = code === "acronyms" ? "Définitions. " : code === "contact" ? "" : "À noter\u00a0: ";
      const kind = code === "acronyms" || code === "contact" ? "notice-quiet" : "";
      return element("p", `notice ${kind}`.trim(), label ? element("strong", "", label) : null, text);
    });
}

function afterwards(reply, tools) {
  const parts = [];
  const suggestions = reply.suggestions.length ? suggestionButtons(reply, tools.ask) : null;
  const related = reply.related.length ? relatedPages(reply.related, tools.hosts) : null;
  // Without an answer the next question comes first; with one, the texts near it.
  parts.push(...(reply.status === "answered" ? [related, suggestions] : [suggestions, related]));
  if (reply.status !== "emergency" && reply.contacts.length) parts.push(contactList(reply, tools));
  return parts.filter(Boolean);
}

function relatedPages(pages, hosts) {
  const items = pages.map(({ title, publisher, url }) => {
    const name = () => {
      const address = knownUrl(url, hosts);
      return address ? externalLink(address, title) : document.createTextNode(title);
    };
    return element(
      "span",
      "related-page",
      linked(hosts, name),
      element("span", "related-publisher", publisher),
    );
  });
  return element("section", "related", element("h5", "", "Pages officielles proches de votre question"), list("ul", "", items));
}

function suggestionButtons({ status, suggestions }, ask) {
  const buttons = suggestions
    .filter((suggestion) => suggestion.trim())
    .map((suggestion) => button(suggestion, "", () => ask(suggestion)));
  const title = element("h5", "", SUGGESTIONS[status] ?? "Pour continuer\u00a0:");
  return element("section", "suggestions", title, list("ul", "choices", buttons));
}
