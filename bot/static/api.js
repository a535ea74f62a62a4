// POST /v1/ask: the reply checked field by field, or an AskError that says in French what happened.

const ENDPOINT = new URL("../v1/ask", import.meta.url);
const TIMEOUT_MS = 15_000;
const DETAIL_MAX = 300;
const STATUSES = ["answered", "no_answer", "emergency", "clarify"];
const KINDS = ["official", "digest", "local"];

const KEPT = "Votre question est conservée.";
const HELP = "En cas d’attaque ou d’escroquerie, sans attendre\u00a0: 17cyber.gouv.fr (en ligne, 24\u00a0h/24).";

/** `retryAfter`: seconds to wait before the next attempt. `retryable`: whether the same question may pass later. */
export class AskError extends Error {
  constructor(message, { retryable = true, retryAfter = 0 } = {}) {
    super(message);
    this.name = "AskError";
    this.retryable = retryable;
    this.retryAfter = retryAfter;
  }
}

/** Ask; `signal` abandons the request, whose AbortError is then passed on. */
export async function ask(question, history, signal) {
  const request = new AbortController();
  const abandon = () => request.abort();
  signal.addEventListener("abort", abandon);
  const timer = setTimeout(abandon, TIMEOUT_MS);
  try {
    const response = await fetch(ENDPOINT, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ question, history }),
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: request.signal,
    });
    const body = await readJson(response);
    if (!response.ok) throw refusal(response, body);
    return checkedReply(body);
  } catch (error) {
    if (error instanceof AskError || signal.aborted) throw error;
    if (request.signal.aborted) {
      throw new AskError(`La réponse tarde trop (plus de 15\u00a0secondes). ${KEPT} ${HELP}`);
    }
    throw new AskError(`La connexion au service est coupée. Vérifiez votre accès à Internet. ${KEPT} ${HELP}`);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abandon);
  }
}

async function readJson(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(response, problem) {
  const detail = typeof problem?.detail === "string" ? problem.detail.slice(0, DETAIL_MAX) : "";
  const retryAfter = waitSeconds(response.headers.get("Retry-After"));
  switch (response.status) {
    case 413:
      return new AskError(detail || "Votre message est trop long. Raccourcissez-le, puis envoyez-le de nouveau.", {
        retryable: false,
      });
    case 422:
      return new AskError(detail || "Votre question n’a pas pu être lue. Reformulez-la en une ou deux phrases.", {
        retryable: false,
      });
    case 429: {
      const wait = retryAfter || 30;
      const unit = wait > 1 ? "secondes" : "seconde";
      return new AskError(
        `Trop de questions ont été posées en peu de temps. Réessayez dans ${wait}\u00a0${unit}. ${KEPT}`,
        { retryAfter: wait },
      );
    }
    case 503:
      return new AskError(`Le service est momentanément indisponible. ${KEPT} ${HELP}`, { retryAfter });
    default:
      return new AskError(`Le service a rencontré un problème (erreur ${response.status}). ${KEPT} ${HELP}`, {
        retryAfter,
      });
  }
}

/** Retry-After is a number of seconds or a date; at most an hour is believed. */
function waitSeconds(header) {
  if (!header) return 0;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(Math.ceil(seconds), 0), 3600) : 0;
}

/** The reply with known fields only. One citation that cannot be read makes the whole reply unfit to show. */
function checkedReply(body) {
  try {
    return {
      status: oneOf(STATUSES, body.status),
      answer: text(body.answer),
      citations: list(body.citations).map(checkedCitation),
      notices: list(body.notices).map((notice) => ({ code: text(notice.code), text: text(notice.text) })),
      suggestions: list(body.suggestions).map(text),
      related: list(body.related).map(({ title, publisher, url }) => ({
        title: text(title),
        publisher: text(publisher),
        url: optional(url),
      })),
      builtAt: optional(body.index?.built_at),
      generated: body.generated === true,
    };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new AskError(`Le service a renvoyé une réponse illisible, qui n’est pas affichée. ${KEPT} ${HELP}`);
  }
}

function checkedCitation(citation) {
  return {
    marker: whole(citation.marker),
    quote: text(citation.quote),
    publisher: text(citation.publisher),
    title: text(citation.title),
    url: optional(citation.url),
    deep_link: optional(citation.deep_link),
    section: optional(citation.section),
    page: (citation.page ?? null) === null ? null : whole(citation.page),
    page_label: optional(citation.page_label),
    document_date: optional(citation.document_date),
    retrieved_at: optional(citation.retrieved_at),
    kind: oneOf(KINDS, citation.kind),
  };
}

function text(value) {
  if (typeof value !== "string") throw new TypeError("text expected");
  return value;
}

function optional(value) {
  return value === null || value === undefined ? null : text(value);
}

function whole(value) {
  if (!Number.isInteger(value)) throw new TypeError("whole number expected");
  return value;
}

function list(value) {
  if (!Array.isArray(value)) throw new TypeError("list expected");
  return value;
}

function oneOf(values, value) {
  if (!values.includes(value)) throw new TypeError("unknown value");
  return value;
}
