import { isNamedPlaceholder, type Parameters, type Placeholder, type StatementText, type Value } from "@heliosdb/port";

/** The place of each placeholder among the values, from 1 on, as SQLite numbers them. */
export interface Places {
  readonly count: number;
  /** By placeholder, in their order. */
  readonly of: readonly number[];
  /** By name, with its sign. */
  readonly byName: ReadonlyMap<string, number>;
}

const MOST_PLACES = 32_766;
/** What SQLite says of other places. */
export const IMPOSSIBLE_PLACE = `variable number must be between ?1 and ?${MOST_PLACES}`;

export function hasImpossiblePlace({ count, of }: Places): boolean {
  return count > MOST_PLACES || of.includes(0);
}

/** `?3` has the place that it names, a name that of its first use, and any other the one behind the highest so far. */
export function placesOf(placeholders: readonly Placeholder[]): Places {
  const byName = new Map<string, number>();
  let count = 0;
  const of = placeholders.map(({ text }) => {
    const number = text.startsWith("?") && text !== "?" ? Number(text.slice(1)) : null;
    const place = number ?? (text === "?" ? undefined : byName.get(text)) ?? count + 1;
    if (number === null && text !== "?") byName.set(text, place);
    count = Math.max(count, place);
    return place;
  });
  return { count, of, byName };
}

/** A statement with the values of its places, as the port takes it: one kind of placeholder, so mixed ones become `?`. */
export function withValues(
  { sql, placeholders }: Pick<StatementText, "sql" | "placeholders">,
  { of }: Places,
  values: readonly Value[],
): { readonly sql: string; readonly params: Parameters } {
  if (placeholders.length === 0) return { sql, params: [] };
  const texts = placeholders.map(({ text }) => text);
  const value = (i: number) => values[of[i]! - 1] ?? null;
  if (texts.every((text) => text === "?")) return { sql, params: values };
  const numbers = texts.map((text) => (/^[?$][1-9]\d{0,4}$/.test(text) ? Number(text.slice(1)) : 0));
  const oneSign = new Set(texts.map((text) => text[0])).size === 1;
  const most = Math.max(...numbers);
  if (oneSign && numbers.every((number) => number > 0) && new Set(numbers).size === most) {
    return { sql, params: Array.from({ length: most }, (_, i) => value(numbers.indexOf(i + 1))) };
  }
  const names = [...new Set(texts)];
  if (oneSign && names.every(isNamedPlaceholder)) {
    return { sql, params: names.map((text) => value(texts.indexOf(text))) };
  }
  return { sql: withPlainPlaceholders(sql, placeholders), params: texts.map((_, i) => value(i)) };
}

function withPlainPlaceholders(sql: string, placeholders: readonly Placeholder[]): string {
  let text = "";
  let from = 0;
  for (const { text: placeholder, start } of placeholders) {
    text += `${sql.slice(from, start)}?`;
    from = start + placeholder.length;
  }
  return text + sql.slice(from);
}
