// A reply drawn as a sheet: what is said, what is quoted, where it stands, what to do next.

import { button, element, focusOn, spoken } from "./dom.js";
import { externalLink, safeUrl } from "./link.js";
import { pieces, quoteBlocks } from "./quote.js";
import { KINDS, SHORT_KINDS, ageWarning, frenchDate, pageWording, plainText, sourceUrl } from "./wording.js";

const HEADINGS = {
  answered: "Ce que disent les textes",
  emergency: "Urgence\u00a0: les gestes, dans l’ordre",
  no_answer: "Pas de réponse dans les textes officiels",
  clarify: "Précisez votre question",
};
const NO_ANSWER = "Les textes officiels dont je dispose ne répondent pas à cette question.";
const SUGGESTIONS = { clarify: "Voulez-vous savoir\u00a0:", no_answer: "Essayez plutôt\u00a0:" };

/** The question as it was asked, heading of its turn. */
export function questionBubble(question) {
  return element("h3", "question", spoken("Votre question\u00a0: "), question);
}

/** `actions.ask(question)` asks a suggestion, `actions.copy(text, button)` copies, `actions.print()` prints. */
export function answerSheet(question, reply, actions) {
  const sheet = element("article", `sheet sheet-${reply.status}`);
  sheet.append(element("h4", "sheet-title", heading(reply)));
  const body = element("div", "sheet-body");
  sheet.append(body);

  const links = new Map(); // marker -> { card, mark }
  const quoted = new Set();
  for (const piece of pieces(reply.answer || (reply.status === "no_answer" ? NO_ANSWER : ""), reply.citations)) {
    if (piece.citation) {
      quoted.add(piece.citation);
      body.append(quoteFigure(piece.citation, links));
    } else {
      body.append(...paragraphs(piece.text, reply.citations, links));
    }
  }
  body.append(...notices(reply.notices));
  if (reply.citations.length) body.append(sourceCards(reply.citations, quoted, links));
  if (reply.related.length) body.append(relatedPages(reply.related));
  if (reply.suggestions.length) body.append(suggestionButtons(reply, actions.ask));
  body.append(sheetFoot(question, reply, actions));
  return sheet;
}

/** A reply that rests on our own summaries alone does not pass for the texts themselves. */
function heading({ status, citations }) {
  const digestOnly = status === "answered" && citations.every(({ kind }) => kind === "digest");
  return digestOnly ? "Notre résumé des textes officiels" : HEADINGS[status];
}

/** Connecting words; each [n] of a known source becomes a button that leads to its card. */
function paragraphs(text, citations, links) {
  return text
    .split(/\n\s*\n/)
    .filter((paragraph) => paragraph.trim())
    .map((paragraph) => {
      const node = element("p", "said");
      for (const part of paragraph.trim().split(/(\[\d{1,2}\])/)) {
        const citation = citations.find(({ marker }) => part === `[${marker}]`);
        node.append(citation ? markButton(citation, links) : part);
      }
      return node;
    });
}

function quoteFigure(citation, links) {
  const figure = element("figure", `quote quote-${citation.kind}`);
  figure.append(element("blockquote", "", ...quoteBlocks(citation.quote)));
  const warning = ageWarning(citation.document_date);
  figure.append(
    element(
      "figcaption",
      "",
      markButton(citation, links),
      element("span", "", element("strong", "", citation.publisher), `, ${frenchDate(citation.document_date)}`),
      citation.kind === "official" ? null : element("span", `tag tag-${citation.kind}`, SHORT_KINDS[citation.kind]),
      warning ? element("span", "tag tag-old", warning) : null,
    ),
  );
  return figure;
}

function markButton(citation, links) {
  const entry = linkEntry(links, citation.marker);
  const mark = button(`[${citation.marker}]`, "mark", () => {
    entry.mark = mark;
    focusOn(entry.card);
  });
  mark.setAttribute("aria-label", `[${citation.marker}] Voir la source ${citation.marker}\u00a0: ${citation.publisher}`);
  entry.mark ??= mark;
  return mark;
}

function linkEntry(links, marker) {
  if (!links.has(marker)) links.set(marker, { card: null, mark: null });
  return links.get(marker);
}

function notices(entries) {
  return entries
    .filter(({ text }) => text.trim())
    .map(({ text }) => element("p", "notice", element("strong", "", "À noter\u00a0: "), text));
}

function sourceCards(citations, quoted, links) {
  const cards = citations.map((citation) => sourceCard(citation, quoted.has(citation), links));
  const section = element("section", "sources", element("h5", "", citations.length > 1 ? "Sources" : "Source"));
  const list = element("ol", "cards", ...cards);
  list.setAttribute("role", "list"); // Safari drops the role of a list without markers
  section.append(list);
  return section;
}

function sourceCard(citation, isQuotedAbove, links) {
  const card = element("li", `card card-${citation.kind}`);
  const entry = linkEntry(links, citation.marker);
  entry.card = card;
  const warning = ageWarning(citation.document_date);
  const place = [citation.section && `Section\u00a0: ${citation.section}`, pageWording(citation)].filter(Boolean);
  card.append(
    element(
      "p",
      "card-head",
      entry.mark ? backButton(citation, entry) : element("span", "mark", `[${citation.marker}]`),
      element("span", `tag tag-${citation.kind}`, KINDS[citation.kind]),
      warning ? element("span", "tag tag-old", warning) : null,
    ),
    element("p", "card-title", citation.title),
    element("p", "card-meta", element("strong", "", citation.publisher), `, ${frenchDate(citation.document_date)}`),
  );
  if (place.length) card.append(element("p", "card-meta", place.join(", ")));
  if (!isQuotedAbove && citation.quote.trim()) {
    card.append(element("blockquote", "card-quote", ...quoteBlocks(citation.quote)));
  }
  card.append(element("p", "card-link", sourceLink(citation)));
  return card;
}

function backButton(citation, entry) {
  const back = button(`[${citation.marker}]`, "mark", () => {
    entry.mark.focus({ preventScroll: true });
    entry.mark.scrollIntoView({ block: "center" });
  });
  back.setAttribute("aria-label", `[${citation.marker}] Revenir à l’extrait ${citation.marker} dans la réponse`);
  return back;
}

function sourceLink(citation) {
  const url = sourceUrl(citation);
  if (!url) return citation.kind === "local" ? "Document sans adresse en ligne." : "Adresse du texte officiel non connue.";
  const about = `source ${citation.marker}, ${citation.title}`;
  if (citation.kind === "digest") return externalLink(url, "Lire le texte officiel", about);
  return externalLink(url, url.hash ? "Ouvrir à l’endroit exact" : "Ouvrir le document", about);
}

function relatedPages(pages) {
  const items = pages.map(({ title, publisher, url }) => {
    const address = safeUrl(url);
    const item = element("li", "", address ? externalLink(address, title) : title);
    item.append(element("span", "related-publisher", publisher));
    return item;
  });
  return element("section", "related", element("h5", "", "Pages proches de votre question"), element("ul", "", ...items));
}

function suggestionButtons({ status, suggestions }, ask) {
  const items = suggestions
    .filter((suggestion) => suggestion.trim())
    .map((suggestion) => element("li", "", button(suggestion, "", () => ask(suggestion))));
  const title = element("h5", "", SUGGESTIONS[status] ?? "Pour continuer\u00a0:");
  return element("section", "suggestions", title, element("ul", "choices", ...items));
}

function sheetFoot(question, reply, actions) {
  const foot = element("div", "sheet-foot");
  if (reply.citations.length) {
    const copy = button("Copier avec les références", "quiet", () => actions.copy(plainText(question, reply), copy));
    foot.append(copy, button("Imprimer", "quiet", actions.print));
  }
  if (reply.generated) foot.append(element("p", "", "Texte rédigé par un modèle de langage à partir des extraits."));
  if (reply.builtAt) foot.append(element("p", "", `Textes indexés le ${frenchDate(reply.builtAt)}`));
  return foot;
}
