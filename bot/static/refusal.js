// What is said when there is no reply: what happened, that nothing is lost, what to do now.

const DETAIL_MAX = 300;
/** The service's word for a publisher or a topic that its index does not hold. */
const UNKNOWN_FILTER = "unknown_filter_value";
const KEPT = "Votre question est conservée.";
const HELP = "En cas d’attaque ou d’escroquerie, sans attendre\u00a0: 17cyber.gouv.fr (en ligne, 24\u00a0h/24).";

/**
 * `retryAfter`: seconds to wait before the next attempt. `retryable`: whether the same question may pass later.
 * `code`: stable, without a word of the question.
 */
export class AskError extends Error {
  constructor(message, code, { retryable = true, retryAfter = 0 } = {}) {
    super(message);
    this.name = "AskError";
    this.code = code;
    this.retryable = retryable;
    this.retryAfter = retryAfter;
  }
}

/** The same failure when what the page has kept (`kept`) stands in for the answer: short, what is shown says the rest. */
export function withKept(kept, { code, retryable, retryAfter }) {
  return new AskError(`Service injoignable\u00a0: ${kept}.`, code, { retryable, retryAfter });
}

/** The AskError of a response whose status is not 200. */
export function refusal(response, problem) {
  const detail = typeof problem?.detail === "string" ? problem.detail.slice(0, DETAIL_MAX) : "";
  const retryAfter = waitSeconds(response.headers.get("Retry-After"));
  switch (response.status) {
    case 413:
      return new AskError(
        detail || "Votre message est trop long. Raccourcissez-le, puis envoyez-le de nouveau.",
        "too_long",
        { retryable: false },
      );
    case 422:
      return new AskError(
        detail || "Votre question n’a pas pu être lue. Reformulez-la en une ou deux phrases.",
        problem?.code === UNKNOWN_FILTER ? "unknown_filter" : "invalid",
        { retryable: false },
      );
    case 429: {
      const wait = retryAfter || 30;
      return new AskError(
        `Trop de questions ont été posées en peu de temps. Réessayez dans ${delay(wait)}. ${KEPT}`,
        "rate_limited",
        { retryAfter: wait },
      );
    }
    case 503:
      return new AskError(`Le service est momentanément indisponible. ${KEPT} ${HELP}`, "unavailable", { retryAfter });
    default:
      return new AskError(`Le service a rencontré un problème (erreur ${response.status}). ${KEPT} ${HELP}`, "failed", {
        retryAfter,
      });
  }
}

export function unreadable() {
  return new AskError(`Le service a renvoyé une réponse illisible, qui n’est pas affichée. ${KEPT} ${HELP}`, "unreadable");
}

export function tooSlow(seconds) {
  return new AskError(`La réponse tarde trop (plus de ${seconds}\u00a0secondes). ${KEPT} ${HELP}`, "timeout");
}

export function unreachable() {
  const cause =
    navigator.onLine === false
      ? "Votre appareil n’est plus connecté à Internet. Rétablissez la connexion, puis réessayez."
      : "La connexion au service est coupée. Vérifiez votre accès à Internet, puis réessayez.";
  return new AskError(`${cause} ${KEPT} ${HELP}`, "unreachable");
}

/** « 1 seconde », « 90 secondes », « 10 minutes ». */
function delay(seconds) {
  const [count, unit] = seconds < 120 ? [seconds, "seconde"] : [Math.ceil(seconds / 60), "minute"];
  return `${count}\u00a0${unit}${count > 1 ? "s" : ""}`;
}

/** Retry-After is a number of seconds or a date (RFC 9110, 10.2.3); at most an hour is believed. */
function waitSeconds(header) {
  if (!header) return 0;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(Math.ceil(seconds), 0), 3600) : 0;
}
