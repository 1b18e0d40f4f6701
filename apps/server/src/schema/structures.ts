import { ApiError } from "../errors/api-error.js";
import { bareObject } from "../util/bare-object.js";
import { suggestion } from "../util/nearest.js";
import { invalid, refused } from "./invalid.js";
import { isOptional, type JsonSchema, type ObjectOf, type OptionalSchema, type Schema, under } from "./schema.js";

export function optional<T>(schema: Schema<T>): OptionalSchema<T | undefined> {
  return { ...schema, optional: true };
}

/** An absent field gets `value`, which the JSON schema shows. */
export function withDefault<T>(schema: Schema<T>, value: T): OptionalSchema<T> & { readonly fallback: T } {
  return { ...schema, json: annotate(schema, { default: value }), optional: true, fallback: value };
}

/** Gives a schema its name among the components of the document. */
export function named<S extends Schema<unknown>>(name: string, schema: S): S {
  return { ...schema, json: { $ref: `#/components/schemas/${name}` }, component: { name, schema: schema.json } };
}

export function described<S extends Schema<unknown>>(description: string, schema: S): S {
  return {
    ...schema,
    json: annotate(schema, { description }),
    parts: schema.component ? [schema, ...schema.parts] : schema.parts,
    component: undefined,
  };
}

export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return {
    json: annotate(schema, { nullable: true }),
    parts: [schema],
    parse: (value, path) => (value === null ? null : schema.parse(value, path)),
  };
}

export function listOf<T>(
  schema: Schema<T>,
  options: { description?: string; minItems?: number; maxItems?: number } = {},
): Schema<readonly T[]> {
  return {
    json: { type: "array", items: schema.json, ...options },
    parts: [schema],
    parse(value, path) {
      if (!Array.isArray(value)) throw invalid(path, "a list", value);
      if (options.minItems !== undefined && value.length < options.minItems) {
        throw refused(path, "must not be empty");
      }
      if (options.maxItems !== undefined && value.length > options.maxItems) {
        throw refused(path, `must have at most ${options.maxItems} entries`);
      }
      return value.map((entry, index) => schema.parse(entry, `${path}[${index}]`));
    },
  };
}

/** An object whose field names are chosen by the caller, such as a row by column. */
export function recordOf<T>(
  schema: Schema<T>,
  options: { description?: string; minProperties?: number } = {},
): Schema<{ readonly [name: string]: T }> {
  return {
    json: { type: "object", additionalProperties: schema.json, ...options },
    parts: [schema],
    parse(value, path) {
      const source = asObject(value, path);
      // Without a prototype, a column called "__proto__" is a name like any other.
      const result = bareObject<T>();
      const names = Object.keys(source);
      if (names.length < (options.minProperties ?? 0)) throw refused(path, "must not be empty");
      for (const name of names) result[name] = schema.parse(source[name], under(path, name));
      return result;
    },
  };
}

export interface ObjectOptions {
  readonly description?: string;
  /** Another name for a field, from the other document. Sending both is FIELD_CONFLICT. */
  readonly aliases?: { readonly [alias: string]: string };
  /** Names that people try, and the fields that they mean, beyond similar spelling. */
  readonly hints?: { readonly [name: string]: string };
  /** The noun in messages about unknown names: "field" or "query parameter". */
  readonly noun?: string;
  /** Minimum number of fields, whichever they are. */
  readonly minProperties?: number;
  readonly example?: unknown;
}

export interface ObjectSchema<T> extends Schema<T> {
  readonly fields: { readonly [name: string]: Schema<unknown> };
  readonly aliases: { readonly [alias: string]: string };
}

/** An object with exactly these fields. */
export function objectOf<F extends { readonly [name: string]: Schema<unknown> }>(
  fields: F,
  options: ObjectOptions = {},
): ObjectSchema<ObjectOf<F>> {
  const { aliases = {}, hints = {}, noun = "field", minProperties, description, example } = options;
  const names = Object.keys(fields);
  const accepted = [...names, ...Object.keys(aliases)];
  const required = names.filter((name) => !isOptional(fields[name]!));
  const defaults = names.flatMap((name) => {
    const schema = fields[name]!;
    return "fallback" in schema ? [[name, schema.fallback] as const] : [];
  });

  return {
    fields,
    aliases,
    json: objectSchema(fields, aliases, required, { description, example, minProperties }),
    parts: Object.values(fields),
    parse(value, path) {
      const source = asObject(value, path);
      const result: { [name: string]: unknown } = {};
      for (const key of Object.keys(source)) {
        const name = Object.hasOwn(aliases, key) ? aliases[key]! : key;
        const schema = Object.hasOwn(fields, name) ? fields[name]! : undefined;
        if (!schema) throw unknownField(under(path, key), key, noun, accepted, hints);
        if (name !== key && Object.hasOwn(source, name)) {
          throw new ApiError(
            "FIELD_CONFLICT",
            `'${name}' and '${key}' are two names of the same ${noun}. Send one of them.`,
            {
              fields: [name, key],
            },
          );
        }
        // A null for an optional field means that it is absent, as most client libraries send it.
        const entry = source[key];
        if (entry === null && isOptional(schema) && schema.json.nullable !== true) continue;
        result[name] = schema.parse(entry, under(path, key));
      }
      for (const name of required) {
        if (result[name] === undefined) {
          throw new ApiError("INVALID_FIELD", `'${under(path, name)}' is required.`, { field: under(path, name) });
        }
      }
      if (minProperties !== undefined && Object.keys(result).length < minProperties) {
        throw refused(path, `must have at least ${minProperties} of the fields ${names.join(", ")}`);
      }
      for (const [name, fallback] of defaults) if (result[name] === undefined) result[name] = fallback;
      return result as ObjectOf<F>;
    },
  };
}

function unknownField(
  path: string,
  key: string,
  noun: string,
  accepted: readonly string[],
  hints: { readonly [name: string]: string },
): ApiError {
  const near = Object.hasOwn(hints, key) ? hints[key]! : suggestion(key, accepted);
  const help = near ? `Did you mean '${near}'?` : `Expected ${accepted.join(", ") || "none"}.`;
  return new ApiError("UNKNOWN_FIELD", `Unknown ${noun} '${path}'. ${help}`, { field: path });
}

function objectSchema(
  fields: { readonly [name: string]: Schema<unknown> },
  aliases: { readonly [alias: string]: string },
  required: readonly string[],
  notes: { description?: string; example?: unknown; minProperties?: number },
): JsonSchema {
  const properties: { [name: string]: JsonSchema } = {};
  for (const [name, schema] of Object.entries(fields)) properties[name] = schema.json;
  for (const [alias, name] of Object.entries(aliases)) {
    properties[alias] = annotate(fields[name]!, { description: `Another name of \`${name}\`. Send one of the two.` });
  }
  // A required field with a second name may be sent under either, so neither can be required in the JSON schema.
  const either = required.filter((name) => Object.values(aliases).includes(name));
  const plain = required.filter((name) => !either.includes(name));
  return {
    type: "object",
    additionalProperties: false,
    properties,
    ...(plain.length > 0 && { required: plain }),
    ...(notes.minProperties !== undefined && { minProperties: notes.minProperties }),
    ...(notes.description !== undefined && { description: notes.description }),
    ...(notes.example !== undefined && { example: notes.example }),
  };
}

/** OpenAPI 3.0 ignores keywords beside a `$ref`, so notes on a named schema are wrapped around it. */
function annotate(schema: Schema<unknown>, notes: JsonSchema): JsonSchema {
  if (!("$ref" in schema.json)) return { ...schema.json, ...notes };
  return { ...notes, allOf: [schema.json] };
}

function asObject(value: unknown, path: string): { [name: string]: unknown } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(path, "an object", value);
  return value as { [name: string]: unknown };
}
