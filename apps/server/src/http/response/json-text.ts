import { randomUUID } from "node:crypto";

/** Stands in a body for the text while the rest is written. Nobody can send it: it is made up at each start. */
const MARK = `text ${randomUUID()}`;
const QUOTED_MARK = `"${MARK}"`;

let found: string[] = [];

/** A part of a response that is JSON text already, and goes out as it is. */
export class JsonText {
  constructor(private readonly text: string) {}

  toJSON(): string {
    found.push(this.text);
    return MARK;
  }
}

/** A body as JSON, with the texts in it at their places. */
export function stringifyBody(body: unknown): string {
  found = [];
  const json = JSON.stringify(body);
  if (found.length === 0) return json;
  let whole = "";
  let from = 0;
  for (const text of found) {
    const at = json.indexOf(QUOTED_MARK, from);
    whole += json.slice(from, at) + text;
    from = at + QUOTED_MARK.length;
  }
  return whole + json.slice(from);
}
