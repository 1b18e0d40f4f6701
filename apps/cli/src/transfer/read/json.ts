import { UsageError } from "../../errors/exit-codes.js";
import { exactJsonText, parseExact } from "../values/exact-json.js";
import { jsonObjectText } from "../values/json-text.js";
import { typedValue } from "../values/typed-value.js";
import type { Bytes } from "./bytes.js";
import type { Sampled } from "./csv.js";
import type { Element } from "./json-elements.js";
import { type Elements, lineElements, listElements } from "./json-records.js";
import { type Failure, peek, type Rows, type Source } from "./source.js";

/** Objects of one part of the file. */
interface Objects {
  readonly objects: readonly (Readonly<Record<string, unknown>> | Unusable)[];
  readonly places: readonly number[];
  readonly read: number;
  readonly failure?: Failure;
}

class Unusable {
  constructor(
    readonly text: string,
    readonly problem: string,
  ) {}
}

/** Lines or a list of objects. Their columns are the fields of the first ones. */
export async function openJson(bytes: Bytes, format: "json" | "ndjson"): Promise<Sampled> {
  const elements = format === "json" ? listElements(bytes) : lineElements(bytes);
  const { first, again } = await peek(objectsOf(elements), ({ objects }) => objects.length);
  const columns = fieldsOf(bytes.name, first);
  const textOfRow = jsonObjectText(columns);
  const source: Source = {
    values: "typed",
    unit: "line",
    size: bytes.size,
    columns,
    isNamed: true,
    types: new Map(),
    rows: () => rowsOf(again(), columns),
    badLines: { head: "", line: (values) => `${isUnusable(values) ? values[0].text : textOfRow(values)}\n` },
  };
  const sample = first.flatMap(({ objects }) => objects).filter(isObject);
  return { source, sample: sample.map((object) => valuesOf(object, columns)) };
}

async function* objectsOf(parts: AsyncIterable<Elements>): AsyncGenerator<Objects> {
  for await (const { elements, read, failure } of parts) {
    yield { objects: elements.map(objectOf), places: elements.map(({ line }) => line), read, failure };
    if (failure) return;
  }
}

function objectOf({ text }: Element): Readonly<Record<string, unknown>> | Unusable {
  try {
    const value = parseExact(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    return new Unusable(oneLine(text), "expected a JSON object");
  } catch (error) {
    return new Unusable(oneLine(text), `invalid JSON: ${(error as Error).message}`);
  }
}

function oneLine(text: string): string {
  return text.trim().replaceAll("\n", " ");
}

function fieldsOf(name: string, first: readonly Objects[]): readonly string[] {
  const fields = new Set<string>();
  for (const { objects } of first) {
    for (const object of objects) {
      if (!(object instanceof Unusable)) for (const field of Object.keys(object)) fields.add(field);
    }
  }
  const failure = first.find((part) => part.failure)?.failure;
  if (fields.size > 0) return [...fields];
  if (failure) throw new UsageError(`${name}, line ${failure.place}: ${failure.message}`);
  const bad = first.flatMap(({ objects }) => objects).find((object) => object instanceof Unusable);
  throw new UsageError(`${name} has no objects with fields${bad ? `: ${bad.problem}` : ". Expected rows"}.`);
}

async function* rowsOf(parts: AsyncIterable<Objects>, columns: readonly string[]): AsyncGenerator<Rows> {
  const known = new Set(columns);
  for await (const { objects, places, read, failure } of parts) {
    const problems = new Map<number, string>();
    const values = objects.map((object, index) => {
      const row = object instanceof Unusable ? object : (withoutColumn(object, known) ?? object);
      if (!(row instanceof Unusable)) return valuesOf(row, columns);
      problems.set(index, row.problem);
      return [row];
    });
    yield { values, places, problems, read, failure };
    if (failure) return;
  }
}

function isObject(object: Readonly<Record<string, unknown>> | Unusable): object is Readonly<Record<string, unknown>> {
  return !(object instanceof Unusable);
}

/** A field that is left out is NULL. */
function valuesOf(object: Readonly<Record<string, unknown>>, columns: readonly string[]): readonly unknown[] {
  return columns.map((column) => (Object.hasOwn(object, column) ? typedValue(object[column]) : null));
}

function withoutColumn(object: Readonly<Record<string, unknown>>, known: ReadonlySet<string>): Unusable | null {
  const unknown = Object.keys(object).find((field) => !known.has(field));
  if (unknown === undefined) return null;
  const problem = `the field "${unknown}" is in none of the first records, so it has no column`;
  return new Unusable(exactJsonText(object), problem);
}

function isUnusable(values: readonly unknown[]): values is readonly [Unusable] {
  return values[0] instanceof Unusable;
}
