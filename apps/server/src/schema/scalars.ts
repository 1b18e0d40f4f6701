import type { Json } from "@heliosdb/port";
import { invalid, refused } from "./invalid.js";
import type { JsonSchema, Schema } from "./schema.js";

export interface Notes {
  readonly description?: string;
  readonly example?: unknown;
}

function scalar<T>(schema: JsonSchema, parse: Schema<T>["parse"]): Schema<T> {
  return { json: schema, parts: [], parse };
}

export interface TextOptions extends Notes {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  /** A sentence for who sends a longer one. */
  readonly ifLonger?: string;
}

export function text({ ifLonger, ...options }: TextOptions = {}): Schema<string> {
  const pattern = options.pattern === undefined ? undefined : new RegExp(options.pattern);
  return scalar({ type: "string", ...options }, (value, path) => {
    if (typeof value !== "string") throw invalid(path, "a string", value);
    if (options.minLength !== undefined && value.length < options.minLength) {
      throw refused(
        path,
        options.minLength === 1 ? "must not be empty" : `must have at least ${options.minLength} characters`,
      );
    }
    if (options.maxLength !== undefined && value.length > options.maxLength) {
      throw refused(path, `must have at most ${options.maxLength} characters, got ${value.length}`, ifLonger);
    }
    if (pattern && !pattern.test(value)) throw refused(path, `must match ${options.pattern}`);
    return value;
  });
}

export function integer(
  options: Notes & { minimum?: number; maximum?: number; default?: number; format?: string } = {},
): Schema<number> {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = options;
  return scalar({ type: "integer", ...options }, (value, path) => {
    if (!Number.isInteger(value)) throw invalid(path, "an integer", value);
    return within(value as number, minimum, maximum, path);
  });
}

/** Also used for integers in a URL, which arrive as text. */
export function within(value: number, minimum: number, maximum: number, path: string): number {
  if (value < minimum) throw refused(path, `must be at least ${minimum}`);
  if (value > maximum) throw refused(path, `must be at most ${maximum}`);
  return value;
}

export function number(options: Notes = {}): Schema<number> {
  return scalar({ type: "number", ...options }, (value, path) => {
    if (typeof value !== "number") throw invalid(path, "a number", value);
    return value;
  });
}

export function boolean(options: Notes & { default?: boolean } = {}): Schema<boolean> {
  return scalar({ type: "boolean", ...options }, (value, path) => {
    if (typeof value !== "boolean") throw invalid(path, "true or false", value);
    return value;
  });
}

/** One of a fixed set of words. */
export function word<const W extends string>(words: readonly W[], options: Notes & { default?: W } = {}): Schema<W> {
  return scalar({ type: "string", enum: [...words], ...options }, (value, path) => {
    if (typeof value !== "string") throw invalid(path, "a string", value);
    if (!words.includes(value as W)) throw refused(path, `must be one of ${words.join(", ")}`);
    return value as W;
  });
}

/** Any JSON value. */
export function anything(options: Notes = {}): Schema<Json> {
  return scalar({ ...options }, (value) => value as Json);
}

/** A schema with a rule that the other combinators can't express. */
export function custom<T>(
  schema: JsonSchema,
  parse: Schema<T>["parse"],
  parts: readonly Schema<unknown>[] = [],
): Schema<T> {
  return { json: schema, parts, parse };
}
