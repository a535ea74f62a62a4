// The frame's side of the conversation with the page around it: one hello with a port, then that port only.
// Nothing that arrives on the window is listened to, so that no other page can speak to the frame.

const PROTOCOL = 1;
const NONCE = /^[0-9a-f]{32}$/;
const SETTINGS_MS = 1500;

/** Whether `host` is an origin of `allowed` (exact, or `http://localhost:*` in the demo), or this service's own. */
export function mayHost(host, allowed, own) {
  if (host === own) return true;
  return allowed.some((origin) =>
    origin.endsWith(":*") ? host === origin.slice(0, -2) || host.startsWith(origin.slice(0, -1)) : host === origin,
  );
}

/** The settings that the page asks for, each checked: texts as texts, never more publishers than the site has. */
export function narrowed(site, asked) {
  const text = (value, max) => (typeof value === "string" ? value.replace(/\s+/g, " ").trim().slice(0, max) : "");
  const names = Array.isArray(asked?.publishers) ? asked.publishers.filter((name) => typeof name === "string").slice(0, 20) : [];
  const publishers = site.publishers.length ? site.publishers.filter((name) => names.includes(name)) : names;
  const audience = text(asked?.audience, 40);
  return {
    ...site,
    title: text(asked?.title, 60) || site.title,
    greeting: text(asked?.greeting, 300) || site.greeting,
    audience: site.audience || (site.audiences.includes(audience) ? audience : null),
    publishers: publishers.length ? publishers : site.publishers,
    colour: /^#[0-9a-f]{6}$/.test(asked?.colour) ? asked.colour : site.colour,
  };
}

/** The page around this frame, once it has answered; null when there is none or it stays silent. */
export async function connect(allowed) {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const [host, nonce] = [fragment.get("host"), fragment.get("nonce")];
  if (parent === window || !host || !NONCE.test(nonce ?? "") || !mayHost(host, allowed, new URL(location.href).origin)) return null;
  const { port1, port2 } = new MessageChannel();
  const page = new Page(port1);
  parent.postMessage({ cybervigie: PROTOCOL, type: "hello", nonce }, host, [port2]);
  return (await page.settled()) ? page : null;
}

class Page {
  #port;
  #handlers = {};
  #settled;
  settings = null;

  constructor(port) {
    this.#port = port;
    this.#settled = new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), SETTINGS_MS);
      port.onmessage = ({ data }) => {
        if (data?.cybervigie !== PROTOCOL) return;
        if (data.type === "settings" && this.settings === null) {
          clearTimeout(timer);
          this.settings = data;
          resolve(true);
        } else if (data.type === "ask" && typeof data.question === "string" && data.question.length <= 1000) {
          this.#handlers.ask?.(data.question);
        } else if (data.type === "focus") this.#handlers.focus?.();
      };
    });
  }

  settled() {
    return this.#settled;
  }

  /** `handlers`: what to do on `ask(question)` and `focus()`. */
  listen(handlers) {
    this.#handlers = handlers;
  }

  send(message) {
    this.#port.postMessage({ cybervigie: PROTOCOL, ...message });
  }
}
