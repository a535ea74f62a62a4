// Addresses come from documents: a link is made only after its address was checked.

import { element, spoken } from "./dom.js";
import { icon } from "./icon.js";

/** The URL if it is absolute, https, with a plain host name and without credentials or port; null otherwise. */
export function safeUrl(address) {
  if (typeof address !== "string" || !/^https:\/\/[^\s\\]+$/i.test(address)) return null;
  try {
    const url = new URL(address);
    const plainHost = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(url.hostname);
    return url.protocol === "https:" && plainHost && !url.port && !url.username && !url.password ? url : null;
  } catch {
    return null;
  }
}

/**
 * The URL if it is safe and its host is one of `hosts` (those of the index, see hosts.js); null otherwise.
 * The server checks this already: whatever slips through there, or is put in between, still makes no link here.
 */
export function knownUrl(address, hosts) {
  const url = safeUrl(address);
  return url && hosts.has(url.hostname) ? url : null;
}

/**
 * What `make()` gives (a node, with its link where `hosts` allow one), made again in its place when the hosts come to
 * be known.
 */
export function linked(hosts, make) {
  let node = make();
  hosts.whenKnown(() => {
    const next = make();
    node.replaceWith(next);
    node = next;
  });
  return node;
}

/** A link to another site that says where it leads, what it opens, and that the window is a new one. */
export function externalLink(url, label, { about = "", format = null } = {}) {
  const link = element("a", "external", element("span", "external-label", label), about ? spoken(`\u00a0: ${about}`) : null);
  link.href = url.href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.referrerPolicy = "no-referrer";
  const kind = format ?? (/\.pdf$/i.test(url.pathname) ? "PDF" : null);
  const details = [url.hostname.replace(/^www\./, ""), kind, "nouvelle fenêtre"].filter(Boolean);
  link.append(icon("open"), " ", element("span", "external-details", `(${details.join(", ")})`));
  return link;
}

/** A link to a page of the operator: one of this origin, or an https address; null when there is none to trust. */
export function pageLink(address, label) {
  if (!address) return null;
  let url;
  try {
    url = new URL(address, document.baseURI);
  } catch {
    return null;
  }
  if (url.origin !== location.origin && !safeUrl(url.href)) return null;
  const link = element("a", "", label, element("span", "", " (nouvelle fenêtre)"));
  link.href = url.href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}
