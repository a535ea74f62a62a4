// « Cette réponse vous a-t-elle aidé ? »: counted by fixed codes; a text only where the service keeps one, with consent.

import { post } from "./api.js";
import { button, element, focusOn, tagged } from "./dom.js";
import { icon } from "./icon.js";
import { mask } from "./masking.js";

const REASONS = {
  wrong: "Elle est fausse",
  incomplete: "Elle est incomplète",
  outdated: "Elle est dépassée",
  unclear: "Elle n’est pas claire",
  not_found: "La réponse existe ailleurs",
  other: "Autre chose",
};
const TEXT_MAX = 1000;
const TIMEOUT_MS = 10_000;
const FAILED = "Votre avis n’a pas pu être envoyé. Vérifiez votre accès à Internet, puis réessayez.";
const TOO_MANY = "Trop d’avis en peu de temps\u00a0: réessayez dans une minute.";
const COUNTED = "Merci, votre avis est compté.";
let forms = 0; // numbers the fields of all forms, for their labels

/** The nodes of the opinion on a reply; none for a reply that the service could not recognise again. */
export function opinion(question, reply, tools) {
  if (!/^[0-9a-f]{32}$/.test(reply.id)) return [];
  const base = { answer_id: reply.id, status: reply.status };
  if (reply.reason) base.reason = reply.reason;
  const box = element("div", "opinion");
  const said = tagged("p", { class: "opinion-said", role: "status" });
  const ask = element("span", "opinion-ask", "Cette réponse vous aide-t-elle\u00a0?");
  const vote = new Vote(box, said, base);
  const up = thumb("up", "Oui", () => vote.send({ rating: "up" }));
  const down = thumb("down", "Non", () => {
    const open = box.querySelector(".opinion-form");
    down.setAttribute("aria-expanded", String(!open));
    if (open) open.remove();
    else said.before(form(vote, { question, days: tools.feedbackDays, down }));
  });
  down.setAttribute("aria-expanded", "false");
  box.append(element("div", "opinion-row", ask, up, down), said);
  return [box];
}

function thumb(picture, label, action) {
  const node = button("", "quiet thumb", action);
  node.append(icon(picture), element("span", "", label));
  return node;
}

function form(vote, { question, days, down }) {
  const prefix = `opinion-${(forms += 1)}`;
  const node = tagged("form", { class: "opinion-form", novalidate: true });
  const reasons = Object.entries(REASONS).map(([code, label]) => check(`${prefix}-${code}`, label, code));
  node.append(tagged("fieldset", {}, element("legend", "", "Qu’est-ce qui ne va pas\u00a0?"), ...reasons));
  let comment = null;
  let consent = null;
  if (days > 0) {
    comment = tagged("textarea", { id: `${prefix}-text`, rows: "2", maxlength: String(TEXT_MAX), "aria-describedby": `${prefix}-note` });
    consent = check(
      `${prefix}-consent`,
      `J’accepte que ma question et ce commentaire soient gardés ${days}\u00a0jours au plus, identifiants reconnus masqués.`,
      "consent",
    );
    node.append(
      tagged("label", { for: comment.id, class: "opinion-label" }, "Commentaire (facultatif)"),
      comment,
      tagged("p", { id: `${prefix}-note`, class: "privacy" }, "N’indiquez aucune donnée de patient. Sans votre accord, rien de ce texte n’est gardé."),
      consent,
    );
  }
  const send = tagged("button", { type: "submit", class: "primary" }, "Envoyer mon avis");
  node.append(element("div", "opinion-row", send));
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = [...node.querySelectorAll("fieldset input:checked")].map(({ value }) => value);
    const body = { rating: "down", reasons: chosen };
    if (consent?.querySelector("input").checked) {
      Object.assign(body, { consent: true, question: mask(question).text, comment: mask(comment.value.trim()).text });
    }
    vote.send(body);
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    node.remove();
    down.setAttribute("aria-expanded", "false");
    down.focus();
  });
  return node;
}

function check(id, label, value) {
  const box = tagged("input", { type: "checkbox", id, value });
  return element("div", "check", box, tagged("label", { for: id }, label));
}

/** One opinion at most on each reply, however many times its buttons are pressed. */
class Vote {
  #box;
  #said;
  #base;
  #closed = false; // while it is being sent, and once it is counted

  constructor(box, said, base) {
    this.#box = box;
    this.#said = said;
    this.#base = base;
  }

  async send(body) {
    if (this.#closed) return;
    this.#closed = true;
    const { counted, words } = await outcome({ ...this.#base, ...body });
    this.#said.textContent = words;
    this.#closed = counted;
    if (!counted) return;
    for (const node of this.#box.querySelectorAll(".opinion-row, .opinion-form")) node.remove();
    focusOn(this.#said);
  }
}

/** What became of an opinion. The words come from the service where it gives some: it knows what it kept. */
async function outcome(body) {
  try {
    const response = await post("feedback", body, AbortSignal.timeout(TIMEOUT_MS));
    if (!response.ok) return { counted: false, words: response.status === 429 ? TOO_MANY : FAILED };
    const reply = await response.json().catch(() => null);
    return { counted: true, words: typeof reply?.message === "string" ? reply.message.slice(0, 300) : COUNTED };
  } catch {
    return { counted: false, words: FAILED };
  }
}
