// What the page keeps in memory for when the network is cut: the emergency sheets, and what the service told of itself.

import { get } from "./api.js";
import { checkedSheets } from "./reply.js";

const HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/;
const HOSTS_MAX = 5_000;

export class Kit {
  /** Hosts that links may lead to; empty until known. */
  hosts = new Set();
  /** How many days a text given with an opinion is kept, with consent; 0: never; null: not known yet. */
  feedbackDays = null;
  #sheets = new Map();
  #pending = null;
  #onKnown;

  /** `onKnown()` is called when the service has told about itself. */
  constructor(onKnown) {
    this.#onKnown = onKnown;
  }

  /** Fetch what is missing; called at the first gesture of the reader and at each question, never before. */
  prepare() {
    this.#pending ??= Promise.all([
      this.#sheets.size ? null : this.#readSheets(),
      this.feedbackDays === null ? this.#readMeta() : null,
    ]).finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  /** The sheet of an incident as it was last known, or null. */
  sheet(incident) {
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
    if (!Array.isArray(meta?.hosts) || !Number.isInteger(days)) return;
    this.hosts = new Set(meta.hosts.slice(0, HOSTS_MAX).filter((host) => typeof host === "string" && HOST.test(host)));
    this.feedbackDays = Math.max(days, 0);
    this.#onKnown();
  }
}
