// The foot of a sheet: copy, print, opinion, and of when the texts are.

import { button, element, tagged } from "./dom.js";
import { icon } from "./icon.js";
import { opinion } from "./opinion.js";
import { printTurn } from "./paper.js";
import { markdown, plainText } from "./references.js";
import { frenchDate } from "./wording.js";

const SAID_MS = 3000;
const restoring = new WeakMap(); // button -> timer

/** `tools`: see sheet.js; `tools.offline` leaves the opinion out. */
export function sheetFoot(question, reply, tools) {
  const foot = element("footer", "sheet-foot");
  if (reply.citations.length) {
    const bar = element("div", "sheet-tools");
    bar.append(
      tool("copy", "Copier avec les références", (node) => copy(plainText(question, reply, tools.hosts), node, bar, tools)),
      tool("copy", "Copier en Markdown", (node) => copy(markdown(question, reply, tools.hosts), node, bar, tools)),
      tool("print", "Imprimer", () => printTurn(tools)),
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
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    showForCopy(text, bar, tools);
    return;
  }
  const label = node.lastChild;
  // Clicked again while it says « Copié », it still knows its own name.
  node.dataset.label ??= label.textContent;
  label.textContent = "Copié";
  tools.say("Réponse copiée avec ses références.");
  clearTimeout(restoring.get(node));
  const restore = () => {
    label.textContent = node.dataset.label;
    if (!tools.isBusy()) tools.say("");
  };
  restoring.set(node, setTimeout(restore, SAID_MS));
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
