// The question field: growth, counter, Enter, errors beside the field, nothing typed is ever lost.

import { QUESTION_MAX, length } from "./conversation.js";

const COUNT_FROM = 900;
const DOUBLE_CLICK_MS = 700;
const numberFormat = new Intl.NumberFormat("fr-FR");

export class Composer {
  #field;
  #error;
  #retry;
  #counter;
  #countdown = 0;
  #isBusy;
  #sentAt = -Infinity;

  /**
   * `parts`: see layout.js. `onSubmit(question)` gets a question that may be sent; `onRetry()` the request to send the
   * last one again; `isBusy()`: whether a search is under way.
   */
  constructor(parts, { onSubmit, onRetry, isBusy }) {
    this.#isBusy = isBusy;
    this.#field = parts.field;
    this.#error = parts.error;
    this.#retry = parts.retry;
    this.#counter = parts.counter;
    parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(onSubmit);
    });
    this.#field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit(onSubmit);
    });
    this.#field.addEventListener("input", () => this.#changed());
    this.#retry.addEventListener("click", () => {
      if (this.#retry.getAttribute("aria-disabled") !== "true") onRetry();
    });
  }

  get hasFocus() {
    return document.activeElement === this.#field;
  }

  focus() {
    this.#field.focus();
  }

  /** Empty the field, unless it holds something else than the question just sent. */
  sent(question) {
    this.#sentAt = performance.now();
    if (this.#field.value.trim() === question) this.#field.value = "";
    this.#changed();
  }

  /**
   * Say what happened, and put a question that failed back, unless something was typed meanwhile. `inSight`: whether the
   * words are scrolled to.
   */
  failed(question, error, { inSight = true } = {}) {
    if (question && !this.#field.value.trim()) this.#field.value = question;
    this.#changed();
    this.#show(error.message, { invalid: Boolean(this.#field.value.trim()), inSight });
    if (error.retryable) this.#offerRetry(error.retryAfter);
  }

  clearError() {
    clearInterval(this.#countdown);
    this.#error.textContent = "";
    this.#retry.hidden = true;
    this.#field.removeAttribute("aria-invalid");
  }

  reset() {
    this.clearError();
    this.#field.value = "";
    this.#changed();
  }

  #submit(onSubmit) {
    const question = this.#field.value.trim();
    const excess = length(question) > QUESTION_MAX;
    if (question && !excess) {
      onSubmit(question);
      return;
    }
    // The second half of a double click finds the field empty: nothing is wrong with the question just sent.
    if (!question && (this.#isBusy() || performance.now() - this.#sentAt < DOUBLE_CLICK_MS)) return;
    this.clearError();
    this.#show(
      excess
        ? `Raccourcissez votre question\u00a0: ${numberFormat.format(length(question))} caractères, 1\u00a0000 au plus.`
        : "Écrivez votre question, puis envoyez-la.",
    );
    this.#field.focus();
  }

  #show(message, { invalid = true, inSight = true } = {}) {
    this.#error.textContent = message;
    if (invalid) this.#field.setAttribute("aria-invalid", "true");
    if (inSight) this.#error.scrollIntoView({ block: "nearest" });
  }

  /** The wait is counted on the button, outside the alert, so that it is not read out every second. */
  #offerRetry(seconds) {
    const until = Date.now() + seconds * 1000;
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      const wait = left < 120 ? `${left}\u00a0s` : `${Math.ceil(left / 60)}\u00a0min`;
      this.#retry.textContent = left > 0 ? `Réessayer dans ${wait}` : "Réessayer";
      this.#retry.setAttribute("aria-disabled", String(left > 0));
      if (left <= 0) clearInterval(this.#countdown);
    };
    this.#retry.hidden = false;
    clearInterval(this.#countdown);
    this.#countdown = setInterval(tick, 250);
    tick();
  }

  #changed() {
    if (!CSS.supports("field-sizing", "content")) {
      this.#field.style.height = "auto";
      this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
    }
    const typed = length(this.#field.value.trim());
    const excess = typed > QUESTION_MAX;
    const count = `${numberFormat.format(typed)}\u00a0/\u00a01\u00a0000 caractères`;
    this.#counter.classList.toggle("excess", excess);
    this.#counter.textContent = excess ? `Raccourcissez\u00a0: ${count}` : typed >= COUNT_FROM ? count : "";
  }
}
