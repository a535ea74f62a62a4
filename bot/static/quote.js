// The answer cut into what CyberVigie says and what it quotes, and a quote laid out as its text is.

import { element } from "./dom.js";

/**
 * Pieces of an answer in order: `{ text }` for connecting words, `{ citation }` for a quote that stands
 * in the answer word for word, without the quotation marks and the [n] that belong to it.
 */
export function pieces(answer, citations) {
  const spans = [];
  for (const citation of citations) {
    const span = freeSpan(answer, citation, spans);
    if (span) spans.push(span);
  }
  spans.sort((a, b) => a.start - b.start);

  const found = [];
  let position = 0;
  for (const { start, end, citation } of spans) {
    const before = answer.slice(position, start).replace(/[«"“]\s*$/, "");
    if (before.trim()) found.push({ text: before });
    found.push({ citation });
    const own = new RegExp(`^\\s*[»"”]?(?:\\s*\\[${citation.marker}\\])?(?:\\s*[»"”])?(?:\\s*\\.(?=\\s|$))?`);
    position = end + own.exec(answer.slice(end))[0].length;
  }
  const rest = answer.slice(position);
  if (rest.trim()) found.push({ text: rest });
  return found;
}

/** Whether a paragraph only announces the quote after it: publisher first, colon last, and the quote's card says as much. */
export function isLead(paragraph, { publisher }) {
  const text = paragraph.trim();
  return text.length < 500 && text.startsWith(publisher) && text.endsWith(":") && !text.includes("\n");
}

function freeSpan(answer, citation, taken) {
  const size = citation.quote.length;
  if (!citation.quote.trim()) return null;
  for (let start = answer.indexOf(citation.quote); start >= 0; start = answer.indexOf(citation.quote, start + 1)) {
    const end = start + size;
    if (taken.every((span) => end <= span.start || start >= span.end)) return { start, end, citation };
  }
  return null;
}

/** The blocks of a quote: paragraphs, and the lists that its lines form (« 1. … », « - … »). */
export function quoteBlocks(quote) {
  const blocks = [];
  let open = null;
  for (const line of quote.split(/\r?\n/)) {
    const [, indent, number, dash, words] = /^(\s*)(?:(\d{1,3})\.\s+|([-•–])\s+)?(.*)$/.exec(line);
    const tag = number ? "ol" : dash ? "ul" : "p";
    if (tag !== "p") {
      if (open?.tagName.toLowerCase() !== tag) blocks.push((open = element(tag)));
      const item = element("li", "", words);
      if (number) item.value = Number(number);
      open.append(item);
    } else if (!words.trim()) {
      if (open?.tagName === "P") open = null;
    } else if (open?.tagName === "P") {
      open.append(`\n${line}`);
    } else if (open && indent) {
      open.lastChild.append(`\n${words}`);
    } else {
      blocks.push((open = element("p", "", line)));
    }
  }
  return blocks;
}
