import { expect } from "vitest";

/** A value that may be null, as the first document's main has no parent. */
export class OrNull {
  constructor(readonly example: unknown) {}
}

export function orNull(example: unknown): OrNull {
  return new OrNull(example);
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;
/** Texts that begin so are ids of one kind. */
const ID = /^(br|snap|tx|mc|req)_[0-9a-z]+$/;

/**
 * Holds an answer against an example of it: the same names, and values of the same kind under each. `beyond` has what
 * this server says besides; apart from that nothing may be there that the example does not have.
 */
export function expectForm(value: unknown, example: unknown, beyond?: unknown): void {
  expect(misfit(value, beyond === undefined ? example : both(example, beyond))).toBeNull();
}

/** What an answer has that its example does not lead one to expect, or the other way round; null for nothing. */
export function misfit(value: unknown, example: unknown, path = "answer"): string | null {
  if (example instanceof OrNull) return value === null ? null : misfit(value, example.example, path);
  if (example === null || value === null) return value === example ? null : `${path} is ${JSON.stringify(value)}`;
  if (Array.isArray(example)) return listMisfit(value, example, path);
  if (typeof example === "object") return objectMisfit(value, example as Fields, path);
  if (typeof value !== typeof example) return `${path} is ${JSON.stringify(value)}, no ${typeof example}`;
  if (Number.isInteger(example) && !Number.isInteger(value)) return `${path} is no integer`;
  if (typeof value === "string" && typeof example === "string") return textMisfit(value, example, path);
  return null;
}

type Fields = { readonly [name: string]: unknown };

function textMisfit(value: string, example: string, path: string): string | null {
  if (ISO.test(example) && !ISO.test(value)) return `${path} is '${value}', no time`;
  const kind = ID.exec(example)?.[1];
  return kind === undefined || ID.exec(value)?.[1] === kind ? null : `${path} is '${value}', no id as ${kind}_…`;
}

/** Every kind of entry that the example shows must be there, and no other. */
function listMisfit(value: unknown, example: readonly unknown[], path: string): string | null {
  if (!Array.isArray(value)) return `${path} is no list`;
  for (const [index, entry] of value.entries()) {
    const misfits = example.map((one) => misfit(entry, one, `${path}[${index}]`));
    if (!misfits.includes(null)) return misfits[0] ?? `${path} is not empty`;
  }
  const unseen = example.findIndex((one) => value.every((entry) => misfit(entry, one) !== null));
  return unseen < 0 ? null : `${path} has no entry like ${JSON.stringify(example[unseen])}`;
}

function objectMisfit(value: unknown, example: Fields, path: string): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return `${path} is no object`;
  for (const name of Object.keys(example)) if (!(name in value)) return `${path}.${name} is missing`;
  for (const [name, field] of Object.entries(value)) {
    if (!(name in example)) return `${path}.${name} is in no example`;
    const wrong = misfit(field, example[name], `${path}.${name}`);
    if (wrong !== null) return wrong;
  }
  return null;
}

function both(example: unknown, beyond: unknown): unknown {
  if (Array.isArray(example)) return example.map((entry, i) => both(entry, Array.isArray(beyond) ? beyond[i] : beyond));
  if (!isPlain(example) || !isPlain(beyond)) return example;
  const names = new Set([...Object.keys(example), ...Object.keys(beyond)]);
  return Object.fromEntries(
    [...names].map((name) => [name, name in example ? both(example[name], beyond[name]) : beyond[name]]),
  );
}

function isPlain(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof OrNull);
}
