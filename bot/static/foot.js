// The foot of a sheet: copy, print, opinion, and of when the texts are.

import { button, element, tagged } from "./dom.js";
import { icon } from "./icon.js";
import { opinion } from "./opinion.js";
import { markdown, plainText } from "./references.js";
import { frenchDate } from "./wording.js";

const SAID_MS = 3000;

/** `tools`: see sheet.js; `tools.offline` leaves the opinion out. */
export function sheetFoot(question, reply, tools) {
  const foot = element("footer", "sheet-foot");
  if (reply.citations.length) {
    const bar = element("div", "sheet-tools");
    bar.append(
      tool("copy", "Copier avec les références", (node) => copy(plainText(question, reply, tools.hosts), node, bar, tools)),
      tool("copy", "Copier en Markdown", (node) => copy(markdown(question, reply, tools.hosts), node, bar, tools)),
      tool("print", "Imprimer", () => print(tools)),
    );
    foot.append(bar);
  }
  if (!tools.offline) foot.append(...opinion(question, reply, tools));
  const facts = [];
  if (reply.generated) facts.push("Texte rédigé par un modèle de langage à partir des extraits.");
  if (reply.builtAt) facts.push(`Textes indexés le ${frenchDate(reply.builtAt)}.`);
  if (facts.length) foot.append(element("p", "sheet-facts", facts.join(" ")));
  return foot;
}

function tool(picture, label, action) {
  const node = button("", "quiet", () => action(node));
  node.append(icon(picture), element("span", "", label));
  return node;
}

async function copy(text, node, bar, tools) {
  const label = node.lastChild;
  const before = label.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    showForCopy(text, bar, tools);
    return;
  }
  label.textContent = "Copié";
  tools.say("Réponse copiée avec ses références.");
  setTimeout(() => {
    label.textContent = before;
    if (!tools.isBusy()) tools.say("");
  }, SAID_MS);
}

/** Browsers refuse the clipboard without https, and in frames: show the text selected, ready for Ctrl + C. */
function showForCopy(text, bar, tools) {
  const area = tagged("textarea", { class: "copy-area", readonly: true, rows: "8", "aria-label": "Réponse et références, à copier" });
  area.value = text;
  bar.querySelector(".copy-area")?.remove();
  bar.append(area);
  area.focus();
  area.select();
  tools.say("Le navigateur ne permet pas la copie directe\u00a0: le texte est sélectionné, copiez-le avec Ctrl\u00a0+\u00a0C.");
}

/** Print this turn alone. A frame may be forbidden to print, which the browser does not tell. */
function print({ turn, say }) {
  let begun = false;
  const begins = () => {
    begun = true;
  };
  addEventListener("beforeprint", begins, { once: true });
  const ended = () => document.documentElement.classList.remove("print-one");
  addEventListener("afterprint", ended, { once: true });
  for (const other of document.querySelectorAll(".turn.printed")) other.classList.remove("printed");
  turn.classList.add("printed");
  document.documentElement.classList.add("print-one");
  window.print();
  removeEventListener("beforeprint", begins);
  if (begun) return;
  ended();
  say("L’impression n’est pas permise dans ce cadre\u00a0: copiez la réponse avec ses références.");
}
