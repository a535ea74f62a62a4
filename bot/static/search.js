// One search: the question as typed, as sent and as shown; its reply, or the AskError that says what happened.

import { ask } from "./api.js";
import { QUESTION_MAX } from "./conversation.js";
import { WIDENED } from "./filters.js";
import { suspected } from "./incidents.js";
import { mask, maskNotice } from "./masking.js";
import { AskError } from "./refusal.js";

const NAMES_MS = 1_000;

export class Search {
  /** The section of the log that it fills. */
  turn = null;
  #controller = new AbortController();
  #masked;

  /** `typed`: whether the question was written in the field. */
  constructor(question, typed) {
    const masked = mask(plainSpaces(question));
    this.question = question;
    this.typed = typed;
    // A mark can be longer than what it replaces.
    this.sent = [...masked.text].slice(0, QUESTION_MAX).join("");
    this.shown = masked.found.length ? this.sent : question;
    const { sure, likely } = suspected(question);
    /** The emergency that the question plainly speaks of, or null. */
    this.incident = sure;
    /** Whether it may speak of one. */
    this.likely = likely;
    this.#masked = masked.found;
  }

  get abandoned() {
    return this.#controller.signal.aborted;
  }

  abandon() {
    this.#controller.abort();
  }

  /** The reply, with what the page itself has to say of it; throws AskError. */
  async reply({ history, filters, kit, onStatus }) {
    const reply = await this.#asked({ history, filters, kit, onStatus });
    if (this.#masked.length) {
      reply.notices = reply.notices.filter(({ code }) => code !== "personal_data_masked");
      reply.notices.unshift(maskNotice(this.#masked));
    }
    if (filters.widened) reply.notices.unshift({ code: "filters_widened", text: WIDENED });
    return reply;
  }

  /** A name that the index no longer holds is the site's affair: the question is asked again without it. */
  async #asked({ history, filters, kit, onStatus }) {
    for (;;) {
      this.#controller.signal.throwIfAborted();
      const request = { question: this.sent, history, ...(filters.asked ? { filters: filters.asked } : {}) };
      try {
        return await ask(request, { signal: this.#controller.signal, onStatus });
      } catch (error) {
        if (!(error instanceof AskError) || error.code !== "unknown_filter" || !filters.asked) throw error;
        await kit.told(NAMES_MS);
        filters.narrow(kit.names);
      }
    }
  }
}

/** Non-breaking spaces are for the eye; the search gets plain ones. */
function plainSpaces(text) {
  return text.replace(/[\u00a0\u202f]/g, " ");
}
