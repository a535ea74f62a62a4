// The page: a question goes out, its turn is written, whatever happens is said.

import { AskError, ask } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation, QUESTION_MAX } from "./conversation.js";
import { element, focusOn, reveal } from "./dom.js";
import { mask, maskNotice } from "./masking.js";
import { answerSheet, questionBubble } from "./render.js";

const log = document.getElementById("log");
const status = document.getElementById("status");
const welcome = document.getElementById("welcome");
const resetButton = document.getElementById("reset");
const onTouchScreen = matchMedia("(pointer: coarse)");

const conversation = new Conversation();
let running = null; // the AbortController of the request under way
let failed = null; // { question, turn } of the last question that got no reply

const composer = new Composer({
  onSubmit: (question) => askQuestion(question),
  onRetry: () => failed && askQuestion(failed.question),
});

async function askQuestion(question) {
  if (running) return;
  const controller = new AbortController();
  running = controller;
  const masked = mask(plainSpaces(question));
  // A mark can be longer than what it replaces.
  const sent = [...masked.text].slice(0, QUESTION_MAX).join("");
  const shown = masked.found.length ? sent : question;
  const turn = startTurn(question, shown);
  try {
    const reply = await ask(sent, conversation.history(), controller.signal);
    if (controller.signal.aborted) return;
    status.textContent = "";
    if (masked.found.length) reply.notices.unshift(maskNotice(masked.found));
    turn.append(answerSheet(shown, reply, { ask: askQuestion, copy, print: () => window.print() }));
    conversation.add(sent, reply.answer);
    reveal(turn);
  } catch (error) {
    if (controller.signal.aborted) return;
    failed = { question, turn };
    status.textContent = "";
    composer.failed(question, asAskError(error));
    if (!onTouchScreen.matches) composer.focus();
  } finally {
    if (running === controller) running = null;
  }
}

/** Write the question at the end of the log, in place of the one that failed before it. */
function startTurn(question, shown) {
  const fromField = composer.hasFocus && !onTouchScreen.matches;
  failed?.turn.remove();
  failed = null;
  composer.clearError();
  composer.sent(question);
  welcome.hidden = true;
  resetButton.hidden = false;
  const bubble = questionBubble(shown);
  const turn = element("section", "turn", bubble);
  log.append(turn);
  status.textContent = "Recherche dans les textes officiels…";
  // From a button the reader goes to the new turn; while typing, the field keeps the keyboard.
  if (fromField) reveal(turn);
  else focusOn(bubble);
  return turn;
}

function asAskError(error) {
  return error instanceof AskError ? error : new AskError("La réponse n’a pas pu être affichée. Votre question est conservée.");
}

/** Non-breaking spaces are for the eye; the search gets plain ones. */
function plainSpaces(text) {
  return text.replace(/[\u00a0\u202f]/g, " ");
}

async function copy(text, button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copié";
    status.textContent = "Réponse copiée avec ses références.";
    setTimeout(() => {
      button.textContent = label;
      if (!running) status.textContent = "";
    }, 3000);
  } catch {
    showForCopy(text, button);
  }
}

/** Browsers refuse the clipboard without https: show the text selected, ready for Ctrl + C. */
function showForCopy(text, button) {
  const area = element("textarea", "copy-area");
  area.readOnly = true;
  area.rows = 8;
  area.value = text;
  area.setAttribute("aria-label", "Réponse et références, à copier");
  button.parentElement.querySelector(".copy-area")?.remove();
  button.parentElement.append(area);
  area.select();
  status.textContent = "Le navigateur ne permet pas la copie\u00a0: le texte est sélectionné, copiez-le avec Ctrl\u00a0+\u00a0C.";
}

function reset() {
  running?.abort();
  running = null;
  failed = null;
  conversation.clear();
  log.replaceChildren();
  composer.reset();
  welcome.hidden = false;
  resetButton.hidden = true;
  status.textContent = "";
  window.scrollTo(0, 0);
  composer.focus();
}

for (const choice of document.querySelectorAll("#emergencies button, #welcome button")) {
  choice.addEventListener("click", () => askQuestion(choice.textContent));
}
resetButton.addEventListener("click", reset);
document.getElementById("boot").remove();
document.getElementById("app").hidden = false;
