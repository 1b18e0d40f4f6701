import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** The part of JSON Schema that the OpenAPI document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly example?: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface DocumentedOperation {
  /** The surface whose document has it. */
  readonly surface: Surface;
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

export interface DocumentedResponse {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
  /** The codes of the errors that are answered so. */
  readonly "x-error-codes"?: readonly string[];
}

interface Reference {
  readonly $ref?: string;
}

type Computed = "surface" | "method" | "path" | "parameters" | "responses";

interface WrittenOperation extends Omit<DocumentedOperation, Computed> {
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly responses: Readonly<Record<string, DocumentedResponse | Reference>>;
}

interface Document {
  readonly paths: Record<string, Record<string, WrittenOperation>>;
  readonly components: {
    readonly schemas?: Record<string, Schema>;
    readonly parameters?: Record<string, Parameter>;
    readonly responses?: Record<string, DocumentedResponse>;
  };
}

const FILES = {
  v1: "openapi.json",
  rqlite: "openapi.rqlite.json",
  sqlexec: "openapi.sqlexec.json",
  helium: "openapi.helium.json",
};
export type Surface = keyof typeof FILES;

const documents = Object.entries(FILES).map(([surface, file]) => ({
  surface: surface as Surface,
  document: JSON.parse(readFileSync(resolve(import.meta.dirname, "../../openapi", file), "utf8")) as Document,
}));

/** Of all documents: no two of them have a schema of one name. */
const schemas = new Map<string, Schema>();
for (const { surface, document } of documents) {
  for (const [name, schema] of Object.entries(document.components.schemas ?? {})) {
    if (schemas.has(name)) throw new Error(`${name} of ${surface} is in another document, too`);
    schemas.set(name, schema);
  }
}

export const OPERATIONS: readonly DocumentedOperation[] = documents.flatMap(({ surface, document }) =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      surface,
      parameters: (operation.parameters ?? []).map((one) => followed(one, document.components.parameters ?? {})),
      responses: Object.fromEntries(
        Object.entries(operation.responses).map(([status, one]) => [
          status,
          followed(one, document.components.responses ?? {}),
        ]),
      ),
      method: method.toUpperCase(),
      path,
    })),
  ),
);

function followed<T extends object>(part: T | Reference, parts: Readonly<Record<string, T>>): T {
  return "$ref" in part && part.$ref !== undefined ? parts[part.$ref.split("/").at(-1)!]! : (part as T);
}

export function resolved(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  return resolved(schemas.get(schema.$ref.split("/").at(-1)!)!);
}

/** Says what a value has that its schema does not allow, or null. */
export function mismatch(given: Schema, value: unknown, at = "body"): string | null {
  const schema = resolved(given);
  if (value === null)
    return schema.nullable || schema.type === undefined || anyAllows(schema, null, at) ? null : `${at} is null`;
  for (const part of schema.allOf ?? []) {
    const wrong = mismatch(part, value, at);
    if (wrong) return wrong;
  }
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices && !choices.some((choice) => mismatch(choice, value, at) === null)) return `${at} fits none of its forms`;
  if (schema.enum && !schema.enum.includes(value)) return `${at} is ${JSON.stringify(value)}, not one of its words`;
  switch (schema.type) {
    case "object":
      return objectMismatch(schema, value, at);
    case "array":
      if (!Array.isArray(value)) return `${at} is no list`;
      return value.reduce<string | null>(
        (found, item, i) => found ?? mismatch(schema.items ?? {}, item, `${at}[${i}]`),
        null,
      );
    case "integer":
      return Number.isInteger(value) ? null : `${at} is no integer`;
    case undefined:
      return null;
    default:
      return typeof value === schema.type ? null : `${at} is no ${schema.type}`;
  }
}

function anyAllows(schema: Schema, value: unknown, at: string): boolean {
  return (schema.oneOf ?? schema.anyOf ?? schema.allOf ?? []).some((choice) => mismatch(choice, value, at) === null);
}

function objectMismatch(schema: Schema, value: unknown, at: string): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return `${at} is no object`;
  for (const name of schema.required ?? []) if (!(name in value)) return `${at}.${name} is missing`;
  for (const [name, item] of Object.entries(value)) {
    const known = schema.properties?.[name];
    const rest = schema.additionalProperties;
    if (!known && rest === false) return `${at}.${name} is not in the document`;
    const wrong = mismatch(known ?? (typeof rest === "object" ? rest : {}), item, `${at}.${name}`);
    if (wrong) return wrong;
  }
  return null;
}
