// The form that makes the snippet: whatever is chosen shows at once, in the code and in the preview.

import { LIGHT, TEXT, nearest, worst } from "./contrast.js";

const byId = (id) => document.getElementById(id);
const place = byId("generator");
const form = byId("choices");
const service = place.dataset.service || new URL("..", location.href).href.replace(/\/$/, "");
const [site, title, color, audience, greeting] = ["site", "title", "color", "audience", "greeting"].map(byId);
let timer = 0;

function chosen(name) {
  return form.querySelector(`input[name="${name}"]:checked`)?.value ?? "";
}

/** What differs from the site's own settings, or must be known before the frame is opened. */
function attributes() {
  const own = site.selectedOptions[0].dataset;
  const names = [...byId("publishers").querySelectorAll("input:checked")].map((box) => box.value);
  const found = { title: title.value.trim() || own.title, color: color.value };
  if (chosen("position") !== "inline") found.position = chosen("position");
  if (audience.value && audience.value !== own.audience) found.audience = audience.value;
  if (names.length) found.publishers = names.join("|");
  if (greeting.value.trim() && greeting.value.trim() !== own.greeting) found.greeting = greeting.value.trim();
  return found;
}

function escaped(value) {
  return value.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
}

function write() {
  const chosenNow = attributes();
  const data = Object.entries(chosenNow).map(([name, value]) => ` data-${name}="${escaped(value)}"`).join("");
  const source =
    chosen("version") === "pinned"
      ? `src="${service}/widget/${place.dataset.loader}" integrity="${place.dataset.integrity}" crossorigin="anonymous"`
      : `src="${service}/widget/v1.js"`;
  byId("code").value =
    chosen("position") === "inline"
      ? `<script ${source} defer></script>\n<cybervigie-chat site="${site.value}"${data}></cybervigie-chat>`
      : `<script ${source} data-site="${site.value}"${data} defer></script>`;
  const origin = new URL(service).origin;
  byId("policy").value = `script-src ${origin};\nframe-src ${origin};`;
  byId("privacy").href = `confidentialite?site=${site.value}`;
  tellContrast();
  clearTimeout(timer);
  timer = setTimeout(() => preview(chosenNow), 400);
}

function tellContrast() {
  const ratio = worst(color.value, LIGHT);
  const shown = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1, roundingMode: "floor" }).format(ratio);
  byId("contrast").textContent =
    ratio >= TEXT
      ? `Contraste\u00a0: ${shown} pour 1, suffisant (4,5 demandés).`
      : `Contraste\u00a0: ${shown} pour 1, insuffisant (4,5 demandés). Dans la conversation, la teinte sera ramenée à ` +
        `${nearest(color.value, LIGHT)}\u202f; choisissez-la pour que tout s’accorde.`;
}

function preview(chosenNow) {
  const address = new URL("demo", location.href);
  address.search = new URLSearchParams({ site: site.value, ...chosenNow, ...(chosen("position") === "inline" ? { inline: "1" } : {}) });
  const frame = byId("preview");
  if (frame.src !== address.href) frame.src = address.href;
}

function takeSite() {
  const own = site.selectedOptions[0].dataset;
  title.value = own.title;
  color.value = own.color;
  greeting.value = own.greeting;
  audience.value = own.audience;
  form.querySelector(`input[name="position"][value="${own.position}"]`).checked = true;
  write();
}

async function listPublishers() {
  const list = byId("publishers");
  try {
    const reply = await fetch(new URL("../v1/meta", location.href));
    const { publishers } = await reply.json();
    const names = Object.keys(publishers).sort((one, other) => one.localeCompare(other, "fr"));
    list.replaceChildren(
      ...names.map((name) => {
        const box = document.createElement("input");
        box.type = "checkbox";
        box.value = name;
        const label = document.createElement("label");
        const text = document.createElement("span");
        text.textContent = name;
        label.append(box, text);
        return label;
      }),
    );
  } catch {
    list.textContent = "La liste des éditeurs n’a pas pu être lue\u00a0: rechargez la page quand un index est en service.";
  }
}

async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    byId("copied").textContent = "Copié.";
  } catch {
    field.focus();
    field.select();
    byId("copied").textContent = "Le texte est sélectionné\u00a0: copiez-le avec Ctrl\u00a0+\u00a0C.";
  }
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", (event) => event.target !== site && write());
site.addEventListener("change", takeSite);
byId("copy-code").addEventListener("click", () => copy(byId("code")));
byId("copy-policy").addEventListener("click", () => copy(byId("policy")));
takeSite();
listPublishers();
