/** One message of a stream of server-sent events; `data` is empty for one that only moves the position. */
export interface EventMessage {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** Messages from their lines: fields up to an empty line. What is unfinished at the end is dropped, as the format says. */
export async function* messagesOf(lines: AsyncIterable<string>): AsyncGenerator<EventMessage, void, undefined> {
  let fields = new Map<string, string>();
  for await (const text of lines) {
    const line = text.replace(/\r$/, "");
    if (line === "") {
      if (fields.size > 0)
        yield { id: fields.get("id"), event: fields.get("event") ?? "message", data: fields.get("data") ?? "" };
      fields = new Map();
      continue;
    }
    const colon = line.indexOf(":");
    // A comment, which keeps the connection alive.
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    const before = fields.get(name);
    fields.set(name, name === "data" && before !== undefined ? `${before}\n${value}` : value);
  }
}
