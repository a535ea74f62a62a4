// What the page keeps in memory for when the network is cut: the emergency sheets, and what the service told of itself.

import { get } from "./api.js";
import { Hosts } from "./hosts.js";
import { checkedSheets } from "./reply.js";

const AGAIN_MS = [4_000, 15_000, 60_000];

export class Kit {
  hosts = new Hosts();
  /** How many days a text given with an opinion is kept, with consent; 0: never; null: not known yet. */
  feedbackDays = null;
  /** What questions may be filtered by: { publishers, topics }, each a Set of names; null: not known yet. */
  names = null;
  #sheets = new Map();
  #readingSheets = null;
  #readingMeta = null;
  #failures = 0;
  #onKnown;

  /** `onKnown()` is called when the service has told about itself. */
  constructor(onKnown) {
    this.#onKnown = onKnown;
  }

  /** Fetch what is missing; called at leisure or at the first gesture, and at each question. */
  prepare() {
    if (!this.#sheets.size) {
      this.#readingSheets ??= this.#readSheets().finally(() => {
        this.#readingSheets = null;
      });
    }
    if (this.feedbackDays === null) {
      this.#readingMeta ??= this.#readMeta().finally(() => {
        this.#readingMeta = null;
      });
    }
  }

  /** Wait until the service has told about itself, or could not, but `ms` milliseconds at most. */
  told(ms) {
    return atMost(this.#readingMeta, ms);
  }

  /** The sheet of an incident as it was last known, or null; one on its way is waited for, `ms` at most. */
  async sheet(incident, ms) {
    if (!this.#sheets.has(incident)) await atMost(this.#readingSheets, ms);
    return this.#sheets.get(incident) ?? null;
  }

  async #readSheets() {
    try {
      this.#sheets = checkedSheets(await get("emergencies"));
    } catch {
      // A list that cannot be read is no list: the next question asks for it again.
    }
  }

  async #readMeta() {
    const meta = await get("meta");
    const days = meta?.limits?.feedback_text_days;
    if (!Array.isArray(meta?.hosts) || !Number.isInteger(days)) {
      this.#again();
      return;
    }
    this.hosts.learn(meta.hosts);
    this.names = { publishers: new Set(Object.keys(meta.publishers ?? {})), topics: new Set(Object.keys(meta.topics ?? {})) };
    this.feedbackDays = Math.max(days, 0);
    this.#onKnown();
  }

  /** An answer may wait for its links: ask a few more times, without being asked to. */
  #again() {
    const wait = AGAIN_MS[this.#failures++];
    if (wait) setTimeout(() => this.prepare(), wait);
  }
}

function atMost(promise, ms) {
  return Promise.race([promise, new Promise((done) => setTimeout(done, ms))]);
}
