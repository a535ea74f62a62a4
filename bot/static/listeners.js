// Who listens to the conversation: the page around it, told what happens and never a word of the reader.

const EVENTS = ["question", "answer", "error", "reset", "close"];

export class Listeners {
  #byName = new Map(EVENTS.map((name) => [name, new Set()]));

  /** Hear of the events of that name; gives back what stops it. Throws RangeError for a name that is none. */
  on(name, listener) {
    const listeners = this.#byName.get(name);
    if (!listeners) throw new RangeError(`unknown event: ${name}`);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit(name, detail) {
    for (const listener of this.#byName.get(name)) {
      try {
        listener(detail);
      } catch (error) {
        reportError(error); // a host's mistake is no failure of the conversation
      }
    }
  }
}
