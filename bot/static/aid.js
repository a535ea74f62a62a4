// The emergency sheet in its own form: steps to tick, what not to do, whom to call, clocks told apart.

import { contactList } from "./contacts.js";
import { element, list, tagged } from "./dom.js";
import { icon } from "./icon.js";
import { quoteBlocks } from "./quote.js";
import { caption, cardHead } from "./source.js";
import { frenchMoment, hoursAfter } from "./wording.js";

let boxes = 0; // numbers the check boxes of all sheets, for their labels

/** « Rançongiciel, fichiers chiffrés », from the sentence that opens the sheet; null for any other opening. */
export function aidTitle({ answer }) {
  return /^([^\n:«]{3,80}?)[\s\u00a0]*: voici les gestes/.exec(answer)?.[1] ?? null;
}

/** The sections of an emergency reply. Ticks live in the page only. */
export function aidSections(reply, tools) {
  const parts = [];
  const intro = reply.answer.split("\n")[0].trim();
  const told = aidTitle(reply) !== null || reply.citations.some(({ quote }) => quote.includes(intro));
  if (intro && !told) parts.push(element("p", "said aid-intro", intro));
  let contactsShown = false;
  for (const [title, citations] of sections(reply.citations)) {
    const kind = kindOf(title, citations);
    if ((kind === "notify" || kind === "clocks") && !contactsShown) {
      if (reply.contacts.length) parts.push(contactList(reply, tools));
      contactsShown = true;
    }
    parts.push(aidSection(kind, title, citations));
  }
  if (!contactsShown && reply.contacts.length) parts.push(contactList(reply, tools));
  parts.push(sources(reply.citations, tools.hosts));
  return parts;
}

/** Citations that follow each other under one heading, in order. */
function sections(citations) {
  const found = [];
  for (const citation of citations) {
    const title = citation.section ?? "";
    if (found.at(-1)?.[0] === title) found.at(-1)[1].push(citation);
    else found.push([title, [citation]]);
  }
  return found;
}

function kindOf(title, citations) {
  if (citations.some(({ quote }) => /^\s*\d+\.\s/.test(quote))) return "steps";
  if (/ne pas faire|éviter/i.test(title)) return "never";
  if (/délai/i.test(title)) return "clocks";
  if (/prévenir|preuves/i.test(title)) return "notify";
  return "plain";
}

function aidSection(kind, title, citations) {
  const section = element("section", `aid aid-${kind}`);
  if (title) section.append(element("h5", "", ...headIcon(kind), title));
  for (const citation of citations) {
    const blocks = quoteBlocks(citation.quote);
    const shown = blocks.flatMap((block) => dressed(kind, block));
    section.append(element("blockquote", "", ...shown));
  }
  if (kind === "steps") section.append(progress(section));
  return section;
}

function headIcon(kind) {
  const name = { never: "stop", clocks: "clock", notify: "phone" }[kind];
  return name ? [icon(name)] : [];
}

/** Lists of the quote in the dress of their section; their words stay as they are. */
function dressed(kind, block) {
  if (kind === "steps" && block.tagName === "OL") return [steps(block)];
  if (kind === "clocks" && block.tagName === "UL") return clocks(block);
  return [block];
}

function steps(block) {
  for (const item of block.children) {
    const id = `step-${(boxes += 1)}`;
    const box = tagged("input", { type: "checkbox", id });
    const label = tagged("label", { for: id, "data-number": String(item.value) }, ...item.childNodes);
    item.replaceChildren(box, label);
  }
  block.classList.add("steps");
  block.setAttribute("role", "list");
  return block;
}

/** « 3 gestes faits sur 8 », told to screen readers as it changes. */
function progress(section) {
  const all = section.querySelectorAll("input");
  const line = tagged("p", { class: "aid-progress", role: "status" });
  const count = () => {
    const done = [...all].filter((box) => box.checked).length;
    line.textContent = done ? `${done}\u00a0geste${done > 1 ? "s" : ""} fait${done > 1 ? "s" : ""} sur ${all.length}` : "";
  };
  section.addEventListener("change", count);
  return line;
}

/** Delays with a name of their own become clocks side by side; the other remarks stay a list. */
function clocks(block) {
  const items = [...block.children];
  const named = items.filter((item) => /^Délai [^:]{3,60}:/.test(item.textContent));
  const rest = items.filter((item) => !named.includes(item));
  if (!named.length) {
    const counted = items.find((item) => within72Hours(item.textContent));
    counted?.append(untilWhen());
    return [block];
  }
  const row = list("ul", "clocks", named.map(clock));
  block.replaceChildren(...rest);
  return rest.length ? [row, block] : [row];
}

function clock(item) {
  const [, name, words] = /^(Délai [^:]*?[\s\u00a0]*:)\s*([^]*)$/.exec(item.textContent);
  const node = element("div", "clock", element("strong", "", icon("clock"), name), " ", words);
  if (within72Hours(words)) node.append(untilWhen());
  return node;
}

function within72Hours(words) {
  return /\b72[\s\u00a0]heures\b/.test(words);
}

/** The sheet stays on the screen for hours: it says from when it counts. */
function untilWhen() {
  const now = new Date();
  const until = `Si vous l’apprenez le ${frenchMoment(now)}\u00a0: jusqu’au ${frenchMoment(hoursAfter(now, 72))}.`;
  return element("span", "clock-until", until);
}

/** All the sources of the sheet, each once, folded: in an emergency the gestures come first. */
function sources(citations, hosts) {
  const same = new Map();
  for (const citation of citations) {
    const { kind, publisher, title, document_date: date, url, deep_link: place, page } = citation;
    const key = JSON.stringify([kind, publisher, title, date, place ?? url, page]);
    same.set(key, [...(same.get(key) ?? []), citation]);
  }
  const items = [...same.values()].map(([citation, ...others]) => {
    const head = cardHead(citation, [citation, ...others].map(({ marker }) => marker));
    return element("figure", `card card-${citation.kind}`, head, caption(citation, hosts));
  });
  const label = items.length > 1 ? `Sources de cette fiche (${items.length})` : "Source de cette fiche";
  return element("details", "more aid-sources", element("summary", "", label), list("ul", "cards", items));
}
