// Addresses come from documents: a link is made only after its address was checked.

import { element, spoken } from "./dom.js";

/** The URL if it is absolute, https, with a plain host name and without credentials; null otherwise. */
export function safeUrl(address) {
  if (typeof address !== "string" || !/^https:\/\/[^\s\\]+$/i.test(address)) return null;
  try {
    const url = new URL(address);
    const plainHost = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(url.hostname);
    return url.protocol === "https:" && plainHost && !url.username && !url.password ? url : null;
  } catch {
    return null;
  }
}

/** A link to another site that says where it leads, and that it opens a PDF or a new window. */
export function externalLink(url, label, about = "") {
  const link = element("a", "external", element("span", "external-label", label), about ? spoken(`\u00a0: ${about}`) : null);
  link.href = url.href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.referrerPolicy = "no-referrer";
  const details = [url.hostname.replace(/^www\./, "")];
  if (/\.pdf$/i.test(url.pathname)) details.push("PDF");
  details.push("nouvelle fenêtre");
  link.append(" ", element("span", "external-details", `(${details.join(", ")})`));
  return link;
}
