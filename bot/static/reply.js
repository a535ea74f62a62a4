// A reply of the service checked field by field: what cannot be read, or cannot be true, is never shown.

const STATUSES = ["answered", "no_answer", "emergency", "clarify"];
const KINDS = ["official", "digest", "local"];
const FORCES = ["law", "binding", "recommendation", "information"];
const ITEMS_MAX = 400;
const CHARS_MAX = 60_000;

/** Raised for a reply that is not what the service may send. */
export class Unreadable extends Error {}

/** The reply with known fields only. One part that cannot be read makes the whole reply unfit to show. */
export function checkedReply(body) {
  const reply = guarded(() => ({
    id: optional(body.id) ?? "",
    status: oneOf(STATUSES, body.status),
    reason: optional(body.reason),
    answer: text(body.answer),
    citations: list(body.citations).map(checkedCitation),
    notices: list(body.notices).map((notice) => ({ code: text(notice.code), text: text(notice.text) })),
    contacts: list(body.contacts ?? []).map(checkedContact),
    suggestions: list(body.suggestions).map(text),
    related: list(body.related).map(({ title, publisher, url }) => ({
      title: text(title),
      publisher: text(publisher),
      url: optional(url),
    })),
    builtAt: optional(body.index?.built_at),
    generated: body.generated === true,
  }));
  const markers = new Set(reply.citations.map(({ marker }) => marker));
  if (markers.size !== reply.citations.length) throw new Unreadable("two sources under one number");
  const needsSource = reply.status === "answered" || reply.status === "emergency";
  if (needsSource && !reply.citations.length) throw new Unreadable("an answer without a source");
  return reply;
}

/** The sheets of /v1/emergencies, `incident` to reply, and when their texts were indexed. */
export function checkedSheets(body) {
  return guarded(() => {
    const sheets = new Map();
    for (const { incident, answer } of list(body.sheets)) sheets.set(text(incident), checkedReply(answer));
    return sheets;
  });
}

function guarded(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError) throw new Unreadable(error.message);
    throw error;
  }
}

export function checkedCitation(citation) {
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
    media_type: optional(citation.media_type),
    force: (citation.force ?? null) === null ? null : oneOf(FORCES, citation.force),
    reserve: optional(citation.reserve) ?? "",
  };
}

function checkedContact(contact) {
  return {
    name: text(contact.name),
    for_whom: text(contact.for_whom),
    phone: text(contact.phone),
    url: text(contact.url),
    hours: text(contact.hours),
    cost: text(contact.cost),
    note: text(contact.note),
    reserve: text(contact.reserve),
  };
}

function text(value) {
  if (typeof value !== "string" || value.length > CHARS_MAX) throw new TypeError("text expected");
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
  if (!Array.isArray(value) || value.length > ITEMS_MAX) throw new TypeError("list expected");
  return value;
}

function oneOf(values, value) {
  if (!values.includes(value)) throw new TypeError("unknown value");
  return value;
}
