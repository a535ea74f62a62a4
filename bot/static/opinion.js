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
let forms = 0; // numbers the fields of all forms, for their labels

/** The nodes of the opinion on a reply; none for a reply that the service could not recognise again. */
export function opinion(question, reply, tools) {
  if (!/^[0-9a-f]{32}$/.test(reply.id)) return [];
  const base = { answer_id: reply.id, status: reply.status };
  if (reply.reason) base.reason = reply.reason;
  const box = element("div", "opinion");
  const said = tagged("p", { class: "opinion-said", role: "status" });
  const ask = element("span", "opinion-ask", "Cette réponse vous aide-t-elle\u00a0?");
  const up = thumb("up", "Oui", async () => {
    if (await sent(box, said, { ...base, rating: "up" })) focusOn(said);
  });
  const down = thumb("down", "Non", () => {
    const open = box.querySelector(".opinion-form");
    down.setAttribute("aria-expanded", String(!open));
    if (open) open.remove();
    else said.before(form(box, said, base, { question, days: tools.feedbackDays, down }));
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

function form(box, said, base, { question, days, down }) {
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
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = [...node.querySelectorAll("fieldset input:checked")].map(({ value }) => value);
    const body = { ...base, rating: "down", reasons: chosen };
    if (consent?.querySelector("input").checked) {
      Object.assign(body, { consent: true, question: mask(question).text, comment: mask(comment.value.trim()).text });
    }
    if (await sent(box, said, body)) {
      node.remove();
      focusOn(said);
    }
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

/** Send an opinion; whether it was counted. What is said comes from the service, which knows what it kept. */
async function sent(box, said, body) {
  try {
    const response = await post("feedback", body, AbortSignal.timeout(TIMEOUT_MS));
    const reply = await response.json();
    if (!response.ok) {
      const wait = response.status === 429 ? "Trop d’avis en peu de temps\u00a0: réessayez dans une minute." : FAILED;
      said.textContent = wait;
      return false;
    }
    said.textContent = typeof reply.message === "string" ? reply.message.slice(0, 300) : "Merci, votre avis est compté.";
    box.querySelector(".opinion-row").remove();
    return true;
  } catch {
    said.textContent = FAILED;
    return false;
  }
}
