import type { ParameterType, ParameterValues, Value } from "@heliosdb/client";
import { Option } from "commander";
import { UsageError } from "../errors/exit-codes.js";
import { parseJson } from "./json.js";

/** How the text after each type is parsed. */
const READERS: Readonly<Record<ParameterType, (text: string) => unknown>> = {
  int4: number,
  int8: (text) => text,
  float4: number,
  float8: number,
  numeric: (text) => text,
  text: (text) => text,
  bool,
  timestamp: (text) => (/^\d+$/.test(text) ? Number(text) : text),
  date: (text) => text,
  bytea: (text) => text,
  json: (text) => parseJson("a value of type json", text),
  null: () => null,
};

/** Parses `TYPE:VALUE`, as in `int4:25`. Without a known type before a colon, the whole text is the value. */
export function typedValue(text: string): Value {
  const colon = text.indexOf(":");
  const type = colon < 0 ? "" : text.slice(0, colon);
  if (!Object.hasOwn(READERS, type)) return text;
  const known = type as ParameterType;
  const value = READERS[known](text.slice(colon + 1));
  return known === "null" ? null : { type: known, value };
}

/** `:NAME=VALUE`, for a placeholder with that name. */
const NAMED = /^[:@$]([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)=(.*)$/s;

export function paramOption(): Option {
  return new Option(
    "-p, --param <value>",
    `value for $1, $2, … in order, or :NAME=VALUE for :NAME: TYPE:VALUE with one of the types ${Object.keys(READERS).join(", ")}; without a type it is text`,
  )
    .argParser(withParameter)
    .default([], "none");
}

function withParameter(text: string, before: ParameterValues): ParameterValues {
  const named = NAMED.exec(text);
  const list = isList(before) ? before : null;
  if (!named && list) return [...list, typedValue(text)];
  if (!named || (list && list.length > 0)) {
    throw new UsageError(
      `Got values by name and values in order. Expected one kind; "text:${text}" is a text, whatever it begins with.`,
    );
  }
  const [, name, value] = named;
  return { ...(list ? {} : before), [name!]: typedValue(value!) };
}

function isList(params: ParameterValues): params is readonly Value[] {
  return Array.isArray(params);
}

/** `COLUMN=VALUE` pairs as one row. */
export function columnsOf(pairs: readonly string[]): Record<string, Value> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 1) throw new UsageError(`Invalid value "${pair}". Expected COLUMN=VALUE.`);
      return [pair.slice(0, equals), typedValue(pair.slice(equals + 1))];
    }),
  );
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) throw new UsageError(`Invalid value "${text}". Expected a number.`);
  return value;
}

function bool(text: string): boolean {
  if (text !== "true" && text !== "false") throw new UsageError(`Invalid value "${text}". Expected true or false.`);
  return text === "true";
}
