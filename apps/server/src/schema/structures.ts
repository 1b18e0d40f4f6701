import { ApiError } from "../errors/api-error.js";
import { suggestion } from "../util/nearest.js";
import { invalid, refused } from "./invalid.js";
import { isOptional, type JsonSchema, type ObjectOf, type OptionalShape, type Shape, under } from "./schema.js";

export function optional<T>(shape: Shape<T>): OptionalShape<T | undefined> {
  return { ...shape, optional: true };
}

/** An absent field gets `value`; the schema shows it. */
export function withDefault<T>(shape: Shape<T>, value: T): OptionalShape<T> & { readonly fallback: T } {
  return { ...shape, schema: annotate(shape, { default: value }), optional: true, fallback: value };
}

/** Gives a shape a name of its own among the components of the document. */
export function named<S extends Shape<unknown>>(name: string, shape: S): S {
  return { ...shape, schema: { $ref: `#/components/schemas/${name}` }, component: { name, schema: shape.schema } };
}

export function described<S extends Shape<unknown>>(description: string, shape: S): S {
  return {
    ...shape,
    schema: annotate(shape, { description }),
    parts: shape.component ? [shape, ...shape.parts] : shape.parts,
    component: undefined,
  };
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return {
    schema: annotate(shape, { nullable: true }),
    parts: [shape],
    parse: (value, path) => (value === null ? null : shape.parse(value, path)),
  };
}

export function listOf<T>(
  shape: Shape<T>,
  options: { description?: string; minItems?: number; maxItems?: number } = {},
): Shape<readonly T[]> {
  return {
    schema: { type: "array", items: shape.schema, ...options },
    parts: [shape],
    parse(value, path) {
      if (!Array.isArray(value)) throw invalid(path, "a list", value);
      if (options.minItems !== undefined && value.length < options.minItems) {
        throw refused(path, "must not be empty");
      }
      if (options.maxItems !== undefined && value.length > options.maxItems) {
        throw refused(path, `must have at most ${options.maxItems} entries`);
      }
      return value.map((entry, index) => shape.parse(entry, `${path}[${index}]`));
    },
  };
}

/** An object whose names are the caller's own, such as a row by column. */
export function recordOf<T>(
  shape: Shape<T>,
  options: { description?: string; minProperties?: number } = {},
): Shape<{ readonly [name: string]: T }> {
  return {
    schema: { type: "object", additionalProperties: shape.schema, ...options },
    parts: [shape],
    parse(value, path) {
      const source = asObject(value, path);
      // No prototype: a column called "__proto__" is then a name like any other.
      const result: { [name: string]: T } = Object.create(null);
      const names = Object.keys(source);
      if (names.length < (options.minProperties ?? 0)) throw refused(path, "must not be empty");
      for (const name of names) result[name] = shape.parse(source[name], under(path, name));
      return result;
    },
  };
}

export interface ObjectOptions {
  readonly description?: string;
  /** Another name of a field, as the other document has it. Both at once is FIELD_CONFLICT. */
  readonly aliases?: { readonly [alias: string]: string };
  /** Names that people try, and what they mean here, beyond what spelling can tell. */
  readonly hints?: { readonly [name: string]: string };
  /** What an unknown name is called: "field" or "query parameter". */
  readonly noun?: string;
  /** The fewest fields that must be there, whichever they are. */
  readonly minProperties?: number;
  readonly example?: unknown;
}

export interface ObjectShape<T> extends Shape<T> {
  readonly fields: { readonly [name: string]: Shape<unknown> };
  readonly aliases: { readonly [alias: string]: string };
}

/** An object with exactly these fields. */
export function objectOf<F extends { readonly [name: string]: Shape<unknown> }>(
  fields: F,
  options: ObjectOptions = {},
): ObjectShape<ObjectOf<F>> {
  const { aliases = {}, hints = {}, noun = "field", minProperties, description, example } = options;
  const names = Object.keys(fields);
  const accepted = [...names, ...Object.keys(aliases)];
  const required = names.filter((name) => !isOptional(fields[name]!));
  const defaults = names.flatMap((name) => {
    const shape = fields[name]!;
    return "fallback" in shape ? [[name, shape.fallback] as const] : [];
  });

  return {
    fields,
    aliases,
    schema: objectSchema(fields, aliases, required, { description, example, minProperties }),
    parts: Object.values(fields),
    parse(value, path) {
      const source = asObject(value, path);
      const result: { [name: string]: unknown } = {};
      for (const key of Object.keys(source)) {
        const name = Object.hasOwn(aliases, key) ? aliases[key]! : key;
        const shape = Object.hasOwn(fields, name) ? fields[name]! : undefined;
        if (!shape) throw unknownField(under(path, key), key, noun, accepted, hints);
        if (name !== key && Object.hasOwn(source, name)) {
          throw new ApiError(
            "FIELD_CONFLICT",
            `'${name}' and '${key}' are two names of one ${noun}: send one of them`,
            {
              fields: [name, key],
            },
          );
        }
        // A null where a value may be left out means that it is left out, as most client libraries send it.
        const entry = source[key];
        if (entry === null && isOptional(shape) && shape.schema.nullable !== true) continue;
        result[name] = shape.parse(entry, under(path, key));
      }
      for (const name of required) {
        if (result[name] === undefined) {
          throw new ApiError("INVALID_FIELD", `'${under(path, name)}' is required`, { field: under(path, name) });
        }
      }
      if (minProperties !== undefined && Object.keys(result).length < minProperties) {
        throw refused(path, `must have at least ${minProperties} of ${names.join(", ")}`);
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
  const help = near ? `did you mean '${near}'?` : `it takes ${accepted.join(", ") || "none"}`;
  return new ApiError("UNKNOWN_FIELD", `Unknown ${noun} '${path}'; ${help}`, { field: path });
}

function objectSchema(
  fields: { readonly [name: string]: Shape<unknown> },
  aliases: { readonly [alias: string]: string },
  required: readonly string[],
  notes: { description?: string; example?: unknown; minProperties?: number },
): JsonSchema {
  const properties: { [name: string]: JsonSchema } = {};
  for (const [name, shape] of Object.entries(fields)) properties[name] = shape.schema;
  for (const [alias, name] of Object.entries(aliases)) {
    properties[alias] = annotate(fields[name]!, { description: `The same as \`${name}\`; send one of the two.` });
  }
  // A required field that has a second name may come under either, so neither can be required by itself.
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

/** OpenAPI 3.0 ignores what stands beside a `$ref`, so notes on a named shape go around it. */
function annotate(shape: Shape<unknown>, notes: JsonSchema): JsonSchema {
  if (!("$ref" in shape.schema)) return { ...shape.schema, ...notes };
  return { ...notes, allOf: [shape.schema] };
}

function asObject(value: unknown, path: string): { [name: string]: unknown } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(path, "an object", value);
  return value as { [name: string]: unknown };
}
