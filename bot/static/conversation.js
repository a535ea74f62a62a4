// The open conversation: kept in memory, sent with each question, gone with the page.

export const QUESTION_MAX = 1000;
export const HISTORY_TURNS_MAX = 6;
export const HISTORY_CHARS_MAX = 6000;

/** Length in code points, as the server counts. */
export function length(text) {
  return [...text].length;
}

export class Conversation {
  #turns = [];

  add(question, answer) {
    this.#turns.push({ question, answer });
    this.#turns = this.#turns.slice(-HISTORY_TURNS_MAX);
  }

  clear() {
    this.#turns = [];
  }

  /** The last turns that fit the limits, oldest first; the oldest answer kept may be shortened. */
  history() {
    const kept = [];
    let room = HISTORY_CHARS_MAX;
    for (const { question, answer } of [...this.#turns].reverse()) {
      room -= length(question);
      if (room < 0) break;
      const shortened = [...answer].slice(0, room).join("");
      kept.unshift({ question, answer: shortened });
      room -= length(shortened);
    }
    return kept;
  }
}
