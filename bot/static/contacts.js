// Whom to turn to: a number to tap, the hours, for whom it is, and the reserve where it was not confirmed.

import { element, list, tagged } from "./dom.js";
import { icon } from "./icon.js";
import { externalLink, knownUrl, linked } from "./link.js";

const SHOWN = { emergency: 4, no_answer: 2, clarify: 3, answered: 2 };
const TITLES = {
  emergency: "Qui appeler, qui prévenir",
  no_answer: "À qui poser la question",
  clarify: "Qui peut déjà vous aider",
  answered: "À qui s’adresser",
};

/** The contacts of a reply: the first ones in sight, the others one gesture away. */
export function contactList({ contacts, status }, { hosts }) {
  const cards = contacts.map((contact) => contactCard(contact, hosts));
  const first = list("ul", "contacts", cards.slice(0, SHOWN[status]));
  const section = element("section", "contact-section", element("h5", "", TITLES[status]), first);
  const others = cards.slice(SHOWN[status]);
  if (others.length) {
    const label = others.length > 1 ? `${others.length}\u00a0autres contacts` : "1\u00a0autre contact";
    section.append(element("details", "more", element("summary", "", label), list("ul", "contacts", others)));
  }
  return section;
}

function contactCard(contact, hosts) {
  const card = element("div", "contact");
  card.append(element("p", "contact-name", contact.name));
  const site = linked(hosts, () => siteLink(contact, hosts));
  card.append(element("p", "contact-ways", ...phoneLinks(contact.phone), site));
  const facts = [contact.hours, contact.cost].filter(Boolean).join(", ");
  if (facts) card.append(element("p", "contact-hours", contact.hours ? icon("clock") : null, facts));
  card.append(element("p", "contact-for", element("strong", "", "Pour qui\u00a0: "), lowered(contact.for_whom)));
  if (contact.note) card.append(element("p", "contact-note", contact.note));
  if (contact.reserve) card.append(element("p", "contact-reserve", contact.reserve));
  return card;
}

/** A link to the site of a contact, or an empty text. */
function siteLink({ name, url: address }, hosts) {
  const url = knownUrl(address, hosts);
  return url ? externalLink(url, "Aller sur le site", { about: name }) : document.createTextNode("");
}

/** Every number in « 3218 (ou 09 70 83 32 18) » becomes a link to dial; the words between stay. */
function phoneLinks(phone) {
  return phone
    .split(/(0(?:[ \u00a0\u202f]?\d){9}|\d{2,6})/)
    .filter(Boolean)
    .map((part) => {
      const digits = part.replace(/[ \u00a0\u202f]/g, "");
      if (!/^\d{2,10}$/.test(digits)) return element("span", "contact-between", part);
      return tagged("a", { class: "phone", href: `tel:${digits}`, "aria-label": `Appeler le ${part}` }, icon("phone"), part);
    });
}

/** A sentence that follows a label: « Pour qui : toute victime… », but « Pour qui : CNIL… ». */
function lowered(text) {
  return /^[A-ZÀÂÉÈÊÎÔÛ][a-zàâéèêîôûç’]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
}
