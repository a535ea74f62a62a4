// The conversation: a question goes out, its turn is written, whatever happens is said. The page and the frame use it.

import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { atLeisure, element, focusOn, quietly, reveal } from "./dom.js";
import { Filters } from "./filters.js";
import { SITUATIONS, recognised } from "./incidents.js";
import { Kit } from "./kit.js";
import { layOut } from "./layout.js";
import { Listeners } from "./listeners.js";
import { unfoldOnPaper } from "./paper.js";
import { AskError, withKept } from "./refusal.js";
import { Search } from "./search.js";
import { abandonedNote, answerSheet, cachedSheet, questionBubble, situationChoice } from "./sheet.js";
import { Welcome } from "./welcome.js";
import { promiseText } from "./wording.js";

const LINKS_MS = 1000;
const SHEETS_MS = 3000;
const SEARCHING = "Recherche dans les textes officiels…";
const BUSY = "Une recherche est en cours\u00a0: attendez sa réponse avant de poser une autre question.";
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
  #root;
  #options;
  #parts;
  #composer;
  #kit;
  #filters;
  #welcome;
  #conversation = new Conversation();
  #listeners;
  #running = null; // the Search under way
  #failed = null; // the last Search, when it got no reply
  #onTouchScreen = matchMedia("(pointer: coarse)");

  constructor(root, options, listeners) {
    this.#root = root;
    this.#options = options;
    this.#listeners = listeners;
    this.#filters = new Filters(options);
    this.#parts = layOut(root, options);
    this.#kit = new Kit(() => this.#told());
    this.#promise();
    this.#composer = new Composer(this.#parts, {
      onSubmit: (question) => this.ask(question, { typed: true }),
      onRetry: () => this.#failed && this.ask(this.#failed.question, { typed: this.#failed.typed }),
      isBusy: () => this.#running !== null,
    });
    this.#welcome = new Welcome(this.#parts, options, (question) => this.ask(question));
    this.#parts.reset.addEventListener("click", () => this.reset());
    this.#parts.close?.addEventListener("click", () => this.#listeners.emit("close", {}));
    root.addEventListener("keydown", (event) => this.#escaped(event));
    for (const gesture of ["pointerdown", "keydown", "focusin"]) {
      root.addEventListener(gesture, () => this.#kit.prepare(), { once: true, capture: true });
    }
    // A page of the service fetches its emergency sheets at leisure; one within the page of others waits for a gesture.
    if (!options.compact) atLeisure(() => this.#kit.prepare());
    unfoldOnPaper(root);
  }

  focus() {
    this.#composer.focus();
  }

  /**
   * Ask. While a search is under way only an emergency is, and goes first. `typed`: whether it was written in the field.
   */
  async ask(question, { typed = false } = {}) {
    if (!question) return;
    const search = new Search(question, typed);
    if (this.#running && !this.#givesWayTo(search)) return;
    this.#running = search;
    this.#kit.prepare();
    this.#startTurn(search);
    this.#listeners.emit("question", {});
    try {
      const history = this.#conversation.history();
      const onStatus = (text) => this.#tell(text, search);
      const reply = await search.reply({ history, filters: this.#filters, kit: this.#kit, onStatus });
      // Links are made to known hosts only. Without the list the answer is shown all the same, and gets them later.
      if (!this.#kit.hosts.known) await this.#kit.told(LINKS_MS);
      if (search.abandoned) return;
      this.#say("");
      search.turn.append(answerSheet(search.shown, reply, this.#tools(search.turn)));
      this.#conversation.add(search.sent, reply.answer);
      this.#listeners.emit("answer", { status: reply.status, citations: reply.citations.length });
      reveal(search.turn);
    } catch (error) {
      // The sheets may still be on their way: in an emergency they are worth a short wait.
      const kept = search.likely && !search.abandoned ? await this.#kept(search) : null;
      if (!search.abandoned) this.#failedWith(error, search, kept);
    } finally {
      if (this.#running === search) this.#rest();
    }
  }

  reset() {
    this.#running?.abandon();
    this.#rest();
    this.#failed = null;
    this.#conversation.clear();
    this.#parts.log.replaceChildren();
    this.#composer.reset();
    this.#welcome.show(true);
    this.#say("");
    scrollTo(0, 0);
    this.#composer.focus();
    this.#listeners.emit("reset", {});
  }

  /** Whether the search under way was given up for another, which an emergency alone may ask. */
  #givesWayTo({ question, incident }) {
    const running = this.#running;
    if (running.question === question) return false; // a double click
    if (!incident) {
      this.#say(BUSY);
      return false;
    }
    running.abandon();
    this.#rest();
    running.turn.append(abandonedNote(running.question, (again) => this.ask(again)));
    return true;
  }

  /** Write the question at the end of the log, in place of the one that failed before it. */
  #startTurn(search) {
    const fromField = this.#composer.hasFocus && !this.#onTouchScreen.matches;
    this.#failed?.turn.remove();
    this.#failed = null;
    this.#composer.clearError();
    this.#composer.sent(search.question);
    this.#welcome.show(false);
    const bubble = questionBubble(search.shown);
    search.turn = element("section", "turn", bubble);
    this.#parts.log.append(search.turn);
    this.#say(SEARCHING);
    this.#markBusy(true);
    // From a button the reader goes to the new turn; while typing, the field keeps the keyboard.
    if (fromField) reveal(search.turn);
    else focusOn(bubble);
  }

  /** What the page has kept for a search without reply: the sheet of its emergency, or the list of them; or null. */
  async #kept({ shown, incident, turn }) {
    const sheet = await this.#kit.sheet(incident ?? SITUATIONS[0].incident, SHEETS_MS);
    if (!sheet) return null;
    return incident ? cachedSheet(shown, sheet, this.#tools(turn)) : situationChoice((label) => this.ask(label));
  }

  /** Say what happened; `kept`, what the page shows in place of a reply, comes first. */
  #failedWith(cause, search, kept) {
    const error = cause instanceof AskError ? cause : new AskError("La réponse n’a pas pu être affichée. Votre question est conservée.", "display");
    const { question, typed, turn } = search;
    this.#failed = search;
    this.#say("");
    if (kept) turn.append(kept);
    const told = kept ? withKept(search.incident ? "fiche gardée" : "fiches gardées", error) : error;
    this.#composer.failed(typed || !kept ? question : "", told, { inSight: !kept });
    this.#listeners.emit("error", { code: error.code });
    // Last, for one scroll cuts another short: in an emergency the sheet is what has to be seen.
    if (kept) reveal(turn);
    else if (!this.#onTouchScreen.matches) this.#composer.focus();
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

  /** The service has told about itself: answers drawn before get their links. */
  #told() {
    this.#promise();
    if (this.#kit.hosts.awaited) quietly(this.#parts.log, () => this.#kit.hosts.redraw());
  }

  #feedbackDays() {
    return this.#options.feedbackTextDays ?? this.#kit.feedbackDays;
  }

  #promise() {
    this.#parts.promise.textContent = promiseText(this.#feedbackDays());
  }

  #say(text) {
    this.#parts.status.textContent = text;
    this.#parts.progress.textContent = "";
  }

  #tell(text, search) {
    if (!search.abandoned) this.#parts.progress.textContent = text;
  }

  #rest() {
    this.#running = null;
    this.#markBusy(false);
  }

  /** What has to wait for the search under way says so; emergencies do not wait. */
  #markBusy(busy) {
    const waiting = [this.#parts.send, ...this.#root.querySelectorAll(".choices button, .abandoned button")];
    for (const node of waiting) {
      if (busy && !recognised(node.textContent)) node.setAttribute("aria-disabled", "true");
      else node.removeAttribute("aria-disabled");
    }
  }

  /** Esc closes what is open: the emergency panel, then the frame. */
  #escaped(event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    if (this.#welcome.fold()) this.#parts.urgent.focus();
    else if (this.#options.compact) this.#listeners.emit("close", {});
  }
}
