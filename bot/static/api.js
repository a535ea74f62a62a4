// The service: a question in, a checked reply out, or an AskError that says in French what happened.

import { events } from "./events.js";
import { Unreadable, checkedReply } from "./reply.js";
import { refusal, unreadable, unreachable, tooSlow, AskError } from "./refusal.js";

const TIMEOUT_MS = 15_000;
const BODY_MAX = 4_000_000;

const address = (path) => new URL(`../v1/${path}`, import.meta.url);

/**
 * Ask; `onStatus(text)` hears how far the search is; `signal` abandons the request, whose AbortError is then passed on.
 * A stream that is cut, or that something between here and the service spoiled, is asked again without streaming.
 */
export async function ask(request, { signal, onStatus }) {
  const limit = new AbortController();
  const abandon = () => limit.abort();
  signal.addEventListener("abort", abandon);
  const timer = setTimeout(abandon, TIMEOUT_MS);
  try {
    return (await streamed(request, limit.signal, onStatus)) ?? (await whole(request, limit.signal));
  } catch (error) {
    if (error instanceof AskError || signal.aborted) throw error;
    if (error instanceof Unreadable) throw unreadable();
    throw limit.signal.aborted ? tooSlow(TIMEOUT_MS / 1000) : unreachable();
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abandon);
  }
}

/** The reply of /v1/ask/stream; null when the stream ends without one. */
async function streamed(request, signal, onStatus) {
  const response = await post("ask/stream", request, signal, "text/event-stream");
  // A server without this route, or a proxy that does not know such streams: the plain route may do.
  if ([404, 405, 406, 501].includes(response.status)) return null;
  if (!response.ok) throw refusal(response, await json(response));
  if (!/^text\/event-stream\b/i.test(response.headers.get("Content-Type") ?? "")) return null;
  let sources = 0;
  try {
    for await (const { name, data } of events(response.body)) {
      if (name === "status") onStatus("Extraits trouvés, vérification…");
      if (name === "citation") onStatus(`${(sources += 1)}\u00a0extrait${sources > 1 ? "s" : ""} reçu${sources > 1 ? "s" : ""}…`);
      if (name === "answer") return sameSources(checkedReply(JSON.parse(data)), sources);
    }
  } catch (error) {
    if (signal.aborted) throw error;
  }
  return null;
}

/** An answer with other sources than those announced is not to be believed. */
function sameSources(reply, announced) {
  if (announced && announced !== reply.citations.length) throw new Unreadable("other sources than announced");
  return reply;
}

async function whole(request, signal) {
  const response = await post("ask", request, signal, "application/json");
  const body = await json(response);
  if (!response.ok) throw refusal(response, body);
  if (body === null) throw new Unreadable("no JSON");
  return checkedReply(body);
}

/** POST JSON; the Response whatever its status. */
export function post(path, body, signal, accept = "application/json") {
  return fetch(address(path), {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: accept },
    body: JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
    signal,
  });
}

/** GET JSON; null when it does not come. */
export async function get(path) {
  try {
    const response = await fetch(address(path), {
      headers: { Accept: "application/json" },
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok ? await json(response) : null;
  } catch {
    return null;
  }
}

async function json(response) {
  const text = await response.text();
  try {
    return text.length > BODY_MAX ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
