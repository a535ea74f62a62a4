// What happens when the script is read.

function start() {
  if (base === null) return warn("chargez ce fichier par <script src=\"…/widget/v1.js\" defer>, sans type=\"module\".");
  if (host === "null") return warn("cette page est isolée (origine opaque)\u00a0: l’assistant ne peut pas s’y ouvrir.");
  defineElement();
  if (!script.hasAttribute("data-site")) return whenParsed(nothingToShow);
  const options = optionsOf(script);
  if (!validSite(options)) return;
  const known = window.CyberVigie;
  if (known && known[MARK]) return warn("déjà chargé dans cette page\u00a0: seul le premier <script> compte.");
  publish(makeApi(options));
}

/** A script without a site is for elements; without any, or another script's launcher, the page gets nothing. */
function nothingToShow() {
  const known = window.CyberVigie;
  if ((known && known[MARK]) || document.getElementsByTagName(ELEMENT).length) return;
  warn(`rien à afficher\u00a0: ni data-site sur le <script>, ni élément <${ELEMENT}> dans la page pour l’instant.`);
}

start();
