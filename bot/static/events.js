// Server-sent events read from the body of a POST, which the browser's EventSource cannot make.

const BYTES_MAX = 4_000_000;

/**
 * Each event of a stream as `{ name, data }`, after the parsing rules of the HTML standard (section 9.2).
 * An event that its blank line does not end is dropped, as the standard says: a cut stream gives no half event.
 */
export async function* events(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let pending = "";
  let read = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      read += value.length;
      if (read > BYTES_MAX) throw new TypeError("stream too long");
      pending += decoder.decode(value, { stream: true });
      // A carriage return at the end may be half a line break.
      const blocks = pending.split(/(?:\r\n|\n|\r(?!\n|$)){2}/);
      pending = blocks.pop();
      for (const block of blocks) {
        const event = parsed(block);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parsed(block) {
  let name = "message";
  const data = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, field, value] = /^([^:]*)(?:: ?(.*))?$/.exec(line);
    if (field === "event") name = value ?? "";
    if (field === "data") data.push(value ?? "");
  }
  return data.length ? { name, data: data.join("\n") } : null;
}
