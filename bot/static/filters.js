// What the questions of a site are filtered by: never a reason to leave the reader without an answer.

/** Said with an answer that was searched for more widely than the site wanted. */
export const WIDENED =
  "Une partie du choix de textes de ce site n’est plus connue du service\u00a0: la recherche a été élargie.";

export class Filters {
  #wanted;
  widened = false;

  /** `publishers`, `topics`: names, none for all. */
  constructor({ publishers, topics }) {
    this.#wanted = Object.entries({ publishers, topics }).filter(([, names]) => names.length);
  }

  /** The filters of a request; null for none. */
  get asked() {
    return this.#wanted.length ? Object.fromEntries(this.#wanted) : null;
  }

  /** Leave out what the service does not know: `known` as told by it (see kit.js), or all when it does not tell. */
  narrow(known) {
    const kept = this.#wanted
      .map(([sort, names]) => [sort, names.filter((name) => known?.[sort].has(name))])
      .filter(([, names]) => names.length);
    const same = JSON.stringify(kept) === JSON.stringify(this.#wanted);
    this.#wanted = same ? [] : kept;
    this.widened = true;
  }
}
