// The card of a source: who wrote it and when, the quote word for word, where it stands, a link that opens the place.

import { button, element, focusOn } from "./dom.js";
import { externalLink, knownUrl, linked, safeUrl } from "./link.js";
import { quoteBlocks } from "./quote.js";
import { frenchDate, mediaWording, natureLabels, oldWording, pageWording } from "./wording.js";

/**
 * The card of a citation as `{ node, mark }`; each call of `mark()` makes a button that leads to it.
 * `hosts`: those that may be linked to.
 */
export function sourceCard(citation, { hosts }) {
  const card = element("figure", `card card-${citation.kind}`, cardHead(citation));
  if (citation.section) card.append(element("p", "card-subject", citation.section));
  card.append(element("blockquote", "", ...quoteBlocks(citation.quote)), caption(citation, hosts));
  return { node: card, mark: () => markButton(citation, card) };
}

/** Who speaks, when, and whether it is the text itself: said before the quote is read. `markers`: of all its quotes. */
export function cardHead(citation, markers = [citation.marker]) {
  const warning = oldWording(citation);
  return element(
    "p",
    "card-head",
    ...markers.map((marker) => element("span", "mark", `[${marker}]`)),
    element("span", "card-publisher", element("strong", "", citation.publisher), `, ${frenchDate(citation.document_date)}`),
    ...natureLabels(citation).map((label, i) => element("span", `tag tag-${i ? "force" : citation.kind}`, label)),
    warning ? element("span", "tag tag-old", warning) : null,
  );
}

/** What stands under a quote: title, place in the document, link. */
export function caption(citation, hosts) {
  const page = pageWording(citation);
  return element(
    "figcaption",
    "",
    element("p", "card-title", citation.title, page ? element("span", "card-place", `, ${page}`) : null),
    element("p", "card-link", linked(hosts, () => sourceLink(citation, hosts))),
  );
}

function markButton(citation, card) {
  const mark = button(`[${citation.marker}]`, "mark", () => focusOn(card));
  mark.setAttribute("aria-label", `[${citation.marker}] Voir la source ${citation.marker}\u00a0: ${citation.publisher}`);
  return mark;
}

/** A link to the quoted place, or else to the document; the words that say why there is none. */
function sourceLink(citation, hosts) {
  const url = knownUrl(citation.deep_link, hosts) ?? knownUrl(citation.url, hosts);
  if (!url) return document.createTextNode(withoutLink(citation, hosts));
  const about = `source ${citation.marker}, ${citation.title}`;
  const format = mediaWording(citation, url);
  if (citation.kind === "digest") return externalLink(url, "Lire le texte officiel", { about, format });
  return externalLink(url, url.hash ? "Ouvrir à l’endroit exact" : "Ouvrir le document", { about, format });
}

function withoutLink({ deep_link: place, url, kind }, hosts) {
  if (!hosts.known && (safeUrl(place) ?? safeUrl(url))) return "Lien non vérifié pour l’instant.";
  return kind === "local" ? "Document sans adresse en ligne." : "Adresse du texte officiel non connue.";
}
