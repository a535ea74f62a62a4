// An answer with its references, to be pasted into a mail, a ticket (plain text) or a wiki (Markdown).

import { knownUrl } from "./link.js";
import { NOTICE, frenchDate, natureWording, pageWording } from "./wording.js";

const NBSP = "\u00a0";

/** Plain text. `hosts`: those whose addresses are given. */
export function plainText(question, reply, hosts) {
  const sections = [`Question${NBSP}: ${question}`, reply.answer, ...remarks(reply)];
  const missing = reply.citations.filter((citation) => !reply.answer.includes(citation.quote));
  sections.push(...missing.map(({ marker, quote }) => `[${marker}] «${NBSP}${quote}${NBSP}»`));
  if (reply.contacts.length) sections.push(["Contacts", ...reply.contacts.map((contact) => `- ${contactLine(contact)}`)].join("\n"));
  if (reply.citations.length) {
    const references = reply.citations.map((citation) => {
      const url = address(citation, hosts);
      return [`[${citation.marker}] ${place(citation)}`, ...details(citation), url].filter(Boolean).join("\n    ");
    });
    sections.push(["Sources", ...references].join("\n"));
  }
  sections.push(`CyberVigie. ${NOTICE}`);
  return sections.join("\n\n");
}

/** Markdown, in which nothing quoted can pass for a mark of its own. */
export function markdown(question, reply, hosts) {
  const sections = [`**Question${NBSP}: ${escaped(question)}**`];
  if (reply.citations.length) {
    for (const citation of reply.citations) {
      if (citation.section) sections.push(`**${escaped(citation.section)}**`);
      sections.push(`${quotedLines(citation.quote)} [${citation.marker}]`);
    }
  } else {
    sections.push(escaped(reply.answer));
  }
  sections.push(...remarks(reply).map((text) => `*${escaped(text)}*`));
  if (reply.contacts.length) sections.push(reply.contacts.map((contact) => `- ${escaped(contactLine(contact))}`).join("\n"));
  if (reply.citations.length) {
    const references = reply.citations.map((citation) => {
      const url = address(citation, hosts);
      const about = [place(citation), ...details(citation)].map(escaped).join(". ");
      return `${citation.marker}. ${about}${url ? ` <${url}>` : ""}`;
    });
    sections.push(`**Sources**\n\n${references.join("\n")}`);
  }
  sections.push(`*CyberVigie. ${NOTICE}*`);
  return sections.join("\n\n");
}

function place(citation) {
  return [
    citation.publisher,
    `«${NBSP}${citation.title}${NBSP}»`,
    frenchDate(citation.document_date),
    citation.section && `section «${NBSP}${citation.section}${NBSP}»`,
    pageWording(citation),
  ]
    .filter(Boolean)
    .join(", ");
}

function details(citation) {
  const lines = [natureWording(citation), citation.reserve.replace(/\.$/, "")].filter(Boolean);
  if (citation.retrieved_at) lines.push(`Page consultée le ${frenchDate(citation.retrieved_at)}`);
  return lines;
}

function address(citation, hosts) {
  return (knownUrl(citation.deep_link, hosts) ?? knownUrl(citation.url, hosts))?.href ?? null;
}

function remarks({ notices, contacts }) {
  return notices.filter(({ code }) => !(contacts.length && code === "contact")).map(({ text }) => text);
}

function contactLine({ name, phone, url, hours, cost, note, reserve }) {
  const facts = [phone, url, hours, cost].filter(Boolean).join(", ");
  return [facts ? `${name}${NBSP}: ${facts}.` : `${name}.`, note, reserve].filter(Boolean).join(" ");
}

function quotedLines(quote) {
  return quote
    .split(/\r?\n/)
    .map((line) => `> ${escaped(line)}`)
    .join("\n");
}

/** CommonMark 0.31, 2.4: a backslash makes any ASCII punctuation a plain character; list marks of a quote are kept. */
function escaped(text) {
  const [, mark, words] = /^(\s*(?:\d{1,3}\. |- )?)([^]*)$/.exec(text);
  return mark + words.replace(/[\\\x60*_{}[\]<>#|!~&]/g, "\\$&");
}
