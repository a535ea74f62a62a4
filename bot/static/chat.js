// The conversation: a question goes out, its turn is written, whatever happens is said. The page and the frame use it.

import { ask as askService } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation, QUESTION_MAX } from "./conversation.js";
import { element, focusOn, reveal } from "./dom.js";
import { recognised } from "./incidents.js";
import { Kit } from "./kit.js";
import { layOut } from "./layout.js";
import { Listeners } from "./listeners.js";
import { mask, maskNotice } from "./masking.js";
import { AskError, withSheet } from "./refusal.js";
import { answerSheet, cachedSheet, questionBubble } from "./sheet.js";
import { beginnings, emergencyPanel } from "./welcome.js";
import { promiseText } from "./wording.js";

const SHEETS_MS = 3000;
const SEARCHING = "Recherche dans les textes officiels…";
const DEFAULTS = {
  title: "CyberVigie",
  greeting: "",
  audience: null,
  publishers: [],
  topics: [],
  privacy: {},
  operator: {},
  feedbackTextDays: null,
  compact: false,
};

/**
 * Build the conversation inside `root`. `options`: `title`, `greeting`, `audience` (see questions.js), `publishers` and
 * `topics` (filters of every question), `privacy` { summary, url }, `operator` { name }, `feedbackTextDays`, `compact`
 * (drawn for a small frame, with a « Fermer » button).
 *
 * Returns `{ ask(question), reset(), focus(), on(name, listener) }`. Events: `question` {}, `answer` { status,
 * citations }, `error` { code }, `reset` {}, `close` {}: never a word of the reader. `on` gives back what stops it.
 */
export function mount(root, options = {}) {
  const listeners = new Listeners();
  const chat = new Chat(root, { ...DEFAULTS, ...options }, listeners);
  return {
    ask: (question) => chat.ask(String(question).trim()),
    reset: () => chat.reset(),
    focus: () => chat.focus(),
    on: (name, listener) => listeners.on(name, listener),
  };
}

class Chat {
  #options;
  #parts;
  #composer;
  #kit;
  #panel;
  #beginnings;
  #conversation = new Conversation();
  #listeners;
  #running = null; // the AbortController of the request under way
  #failed = null; // { question, turn } of the last question that got no reply
  #onTouchScreen = matchMedia("(pointer: coarse)");

  constructor(root, options, listeners) {
    this.#options = options;
    this.#listeners = listeners;
    this.#parts = layOut(root, options);
    this.#kit = new Kit(() => this.#promise());
    this.#promise();
    this.#composer = new Composer(this.#parts, {
      onSubmit: (question) => this.ask(question, { typed: true }),
      onRetry: () => this.#failed && this.ask(this.#failed.question, { typed: this.#failed.typed }),
    });
    const asked = (question) => this.ask(question);
    this.#panel = emergencyPanel(asked);
    this.#beginnings = beginnings(options, asked);
    this.#parts.welcome.append(this.#panel, this.#beginnings);
    this.#parts.reset.addEventListener("click", () => this.reset());
    this.#parts.close?.addEventListener("click", () => this.#listeners.emit("close", {}));
    this.#parts.urgent.addEventListener("click", () => this.#togglePanel());
    root.addEventListener("keydown", (event) => this.#escaped(event));
    for (const gesture of ["pointerdown", "keydown", "focusin"]) {
      root.addEventListener(gesture, () => this.#kit.prepare(), { once: true, capture: true });
    }
  }

  focus() {
    this.#composer.focus();
  }

  /** Ask, unless a question is under way. `typed`: whether it was written in the field. */
  async ask(question, { typed = false } = {}) {
    if (this.#running || !question) return;
    const controller = new AbortController();
    this.#running = controller;
    const prepared = this.#kit.prepare();
    const masked = mask(plainSpaces(question));
    // A mark can be longer than what it replaces.
    const sent = [...masked.text].slice(0, QUESTION_MAX).join("");
    const shown = masked.found.length ? sent : question;
    const turn = this.#startTurn(question, shown);
    this.#listeners.emit("question", {});
    try {
      const reply = await askService(this.#request(sent), { signal: controller.signal, onStatus: (text) => this.#say(text) });
      // Links are made to known hosts only: they have been asked for at the first gesture.
      await prepared;
      if (controller.signal.aborted) return;
      if (masked.found.length) {
        reply.notices = reply.notices.filter(({ code }) => code !== "personal_data_masked");
        reply.notices.unshift(maskNotice(masked.found));
      }
      this.#say("");
      turn.append(answerSheet(shown, reply, this.#tools(turn)));
      this.#conversation.add(sent, reply.answer);
      this.#listeners.emit("answer", { status: reply.status, citations: reply.citations.length });
      reveal(turn);
    } catch (error) {
      // The sheets may still be on their way: in an emergency they are worth a short wait.
      if (recognised(question)) await Promise.race([prepared, new Promise((done) => setTimeout(done, SHEETS_MS))]);
      if (!controller.signal.aborted) this.#failedWith(error, { question, shown, typed, turn });
    } finally {
      if (this.#running === controller) this.#running = null;
    }
  }

  reset() {
    this.#running?.abort();
    this.#running = null;
    this.#failed = null;
    this.#conversation.clear();
    this.#parts.log.replaceChildren();
    this.#composer.reset();
    this.#showWelcome(true);
    this.#say("");
    scrollTo(0, 0);
    this.#composer.focus();
    this.#listeners.emit("reset", {});
  }

  #request(question) {
    const { publishers, topics } = this.#options;
    const filters = {};
    if (publishers.length) filters.publishers = publishers;
    if (topics.length) filters.topics = topics;
    const request = { question, history: this.#conversation.history() };
    return Object.keys(filters).length ? { ...request, filters } : request;
  }

  /** Write the question at the end of the log, in place of the one that failed before it. */
  #startTurn(question, shown) {
    const fromField = this.#composer.hasFocus && !this.#onTouchScreen.matches;
    this.#failed?.turn.remove();
    this.#failed = null;
    this.#composer.clearError();
    this.#composer.sent(question);
    this.#showWelcome(false);
    const bubble = questionBubble(shown);
    const turn = element("section", "turn", bubble);
    this.#parts.log.append(turn);
    this.#say(SEARCHING);
    // From a button the reader goes to the new turn; while typing, the field keeps the keyboard.
    if (fromField) reveal(turn);
    else focusOn(bubble);
    return turn;
  }

  /** Say what happened; an emergency gets the sheet that the page has kept. */
  #failedWith(cause, { question, shown, typed, turn }) {
    const error = cause instanceof AskError ? cause : new AskError("La réponse n’a pas pu être affichée. Votre question est conservée.", "display");
    const incident = error.retryable ? recognised(question) : null;
    const kept = incident && this.#kit.sheet(incident);
    this.#failed = { question, typed, turn };
    this.#say("");
    if (kept) {
      turn.append(cachedSheet(shown, kept, this.#tools(turn)));
      reveal(turn);
    }
    this.#composer.failed(typed || !kept ? question : "", kept ? withSheet(error) : error);
    this.#listeners.emit("error", { code: error.code });
    if (!kept && !this.#onTouchScreen.matches) this.#composer.focus();
  }

  #tools(turn) {
    return {
      ask: (question) => this.ask(question),
      say: (text) => this.#say(text),
      isBusy: () => this.#running !== null,
      hosts: this.#kit.hosts,
      feedbackDays: this.#feedbackDays() ?? 0,
      turn,
    };
  }

  #feedbackDays() {
    return this.#options.feedbackTextDays ?? this.#kit.feedbackDays;
  }

  #promise() {
    this.#parts.promise.textContent = promiseText(this.#feedbackDays());
  }

  #say(text) {
    this.#parts.status.textContent = text;
  }

  #showWelcome(shown) {
    this.#panel.hidden = !shown;
    this.#beginnings.hidden = !shown;
    this.#parts.urgent.hidden = shown;
    this.#parts.reset.hidden = shown;
    this.#parts.urgent.setAttribute("aria-expanded", "false");
    this.#parts.urgent.setAttribute("aria-controls", "emergencies");
  }

  #togglePanel() {
    const open = this.#panel.hidden;
    this.#panel.hidden = !open;
    this.#parts.urgent.setAttribute("aria-expanded", String(open));
    if (open) focusOn(this.#panel.querySelector("h2"));
  }

  /** Esc closes what is open: the emergency panel, then the frame. */
  #escaped(event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    if (this.#parts.urgent.getAttribute("aria-expanded") === "true") {
      this.#togglePanel();
      this.#parts.urgent.focus();
    } else if (this.#options.compact) {
      this.#listeners.emit("close", {});
    }
  }
}

/** Non-breaking spaces are for the eye; the search gets plain ones. */
function plainSpaces(text) {
  return text.replace(/[\u00a0\u202f]/g, " ");
}
