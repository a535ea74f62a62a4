// The frame's side of the conversation with the page around it: one hello with a port, then that port only.
// Nothing that arrives on the window is listened to, so that no other page can speak to the frame.

const PROTOCOL = 1;
const NONCE = /^[0-9a-f]{32}$/;
const SETTINGS_MS = 1500;
const PASS_MS = 5000;

/** Whether `host` is an origin of `allowed` (exact, or `http://localhost:*` in the demo), or this service's own. */
export function mayHost(host, allowed, own) {
  if (host === own) return true;
  let url;
  try {
    url = new URL(host);
  } catch {
    return false;
  }
  // Nothing but an origin: no name before an @, no path.
  if (url.origin !== host) return false;
  return allowed.some((origin) =>
    origin.endsWith(":*") ? `${url.protocol}//${url.hostname}` === origin.slice(0, -2) : host === origin,
  );
}

/**
 * The settings that the page asks for, each checked: texts as texts, never more publishers than the site has. A publisher
 * that the index does not hold is left out: the service refuses every question that names one, emergencies included.
 */
export function narrowed(site, asked) {
  const text = (value, max) => (typeof value === "string" ? value.replace(/\s+/g, " ").trim().slice(0, max) : "");
  const held = (names) => (Array.isArray(names) ? names.filter((name) => site.known?.includes(name) ?? typeof name === "string") : []);
  const [own, names] = [held(site.publishers), held(asked?.publishers).slice(0, 20)];
  const publishers = site.publishers.length ? own.filter((name) => names.includes(name)) : names;
  const audience = text(asked?.audience, 40);
  return {
    ...site,
    title: text(asked?.title, 60) || site.title,
    greeting: text(asked?.greeting, 300) || site.greeting,
    audience: site.audience || (site.audiences.includes(audience) ? audience : null),
    publishers: publishers.length ? publishers : own,
    colour: /^#[0-9a-f]{6}$/.test(asked?.colour) ? asked.colour : site.colour,
  };
}

/** What of `asked` has no effect on `site`, and why, for the console of whoever wrote the page. */
export function ignored(site, asked) {
  const told = [];
  const audience = typeof asked?.audience === "string" ? asked.audience : "";
  if (audience && !site.audiences.includes(audience)) {
    told.push(`data-audience « ${audience} » est inconnu. Admis\u00a0: ${site.audiences.join(", ")}.`);
  } else if (audience && site.audience && audience !== site.audience) {
    told.push(`data-audience est sans effet\u00a0: l’exploitant a choisi « ${site.audience} » pour ce site.`);
  }
  const held = site.known ? (name) => site.known.includes(name) : () => true;
  const open = (site.publishers.length ? site.publishers : (site.known ?? [])).filter(held);
  const unheld = (Array.isArray(asked?.publishers) ? asked.publishers : []).filter((name) => open.length && !open.includes(name));
  if (unheld.length) {
    const names = unheld.map((name) => `« ${name} »`).join(", ");
    told.push(`data-publishers, noms laissés de côté\u00a0: ${names}. Admis, séparés par |\u00a0: ${open.join(" | ")}.`);
  }
  return told;
}

/**
 * The page around this frame; null when there is none. Its `settings` are null when it has not sent them in time: a page
 * whose scripts are busy is spoken to all the same, and hears what happens when it is free.
 */
export async function connect(allowed) {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const [host, nonce] = [fragment.get("host"), fragment.get("nonce")];
  if (parent === window || !host || !NONCE.test(nonce ?? "") || !mayHost(host, allowed, new URL(location.href).origin)) return null;
  const { port1, port2 } = new MessageChannel();
  const page = new Page(port1);
  parent.postMessage({ cybervigie: PROTOCOL, type: "hello", nonce }, host, [port2]);
  await page.settled();
  return page;
}

class Page {
  #port;
  #handlers = {};
  #settled;
  #renewed = null;
  settings = null;

  constructor(port) {
    this.#port = port;
    this.#settled = new Promise((resolve) => {
      const timer = setTimeout(resolve, SETTINGS_MS);
      port.onmessage = ({ data }) => {
        if (data?.cybervigie !== PROTOCOL) return;
        if (data.type === "settings" && this.settings === null) {
          clearTimeout(timer);
          this.settings = data;
          resolve();
        } else if (data.type === "ask" && typeof data.question === "string" && data.question.length <= 1000) {
          this.#handlers.ask?.(data.question);
        } else if (data.type === "focus") this.#handlers.focus?.();
        else if (data.type === "pass" && typeof data.pass === "string") this.#renewed?.(data.pass);
      };
    });
  }

  settled() {
    return this.#settled;
  }

  /** A new pass to the API, which a page of this very host can read; "" when it does not come. */
  renew() {
    return new Promise((resolve) => {
      this.#renewed = resolve;
      setTimeout(() => resolve(""), PASS_MS);
      this.send({ type: "expired" });
    });
  }

  /** `handlers`: what to do on `ask(question)` and `focus()`. */
  listen(handlers) {
    this.#handlers = handlers;
  }

  send(message) {
    this.#port.postMessage({ cybervigie: PROTOCOL, ...message });
  }
}
