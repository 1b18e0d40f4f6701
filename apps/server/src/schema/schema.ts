/** A JSON schema as OpenAPI 3.0 understands it. */
export type JsonSchema = { [keyword: string]: unknown };

/**
 * One description of a JSON value with two uses: it checks input, and it is the schema in the OpenAPI document. `parse`
 * throws ApiError and returns the value in its canonical form, so nothing behind the surface checks it again.
 */
export interface Schema<T> {
  readonly json: JsonSchema;
  /** Present for a named component; `json` is then a reference to it. */
  readonly component?: { readonly name: string; readonly schema: JsonSchema };
  /** The schemas that this one contains, to find all components used by an operation. */
  readonly parts: readonly Schema<unknown>[];
  /** `path` names the value in messages: `rows[3].age`. */
  parse(value: unknown, path: string): T;
}

/** A field that may be absent. */
export interface OptionalSchema<T> extends Schema<T> {
  readonly optional: true;
}

export type Infer<S> = S extends Schema<infer T> ? T : never;

type Fields = { readonly [name: string]: Schema<unknown> };
type OptionalNames<F extends Fields> = {
  [K in keyof F]: F[K] extends OptionalSchema<unknown> ? (undefined extends Infer<F[K]> ? K : never) : never;
}[keyof F];

/** The object type that a set of fields describes: optional fields without a default may be absent. */
export type ObjectOf<F extends Fields> = { readonly [K in Exclude<keyof F, OptionalNames<F>>]: Infer<F[K]> } & {
  readonly [K in OptionalNames<F>]?: Infer<F[K]>;
};

export function isOptional(schema: Schema<unknown>): schema is OptionalSchema<unknown> {
  return "optional" in schema;
}

/** The full path of a field of the value at `path`. */
export function under(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** The word for a value's JSON type in messages. */
export function jsonType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "a text";
    case "number":
      return Number.isInteger(value) ? "an integer" : "a number";
    case "boolean":
      return "a boolean";
    default:
      return "an object";
  }
}
