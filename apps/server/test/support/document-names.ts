import { Promises } from "./promises.js";

// biome-ignore lint/suspicious/noExplicitAny: a document is read here as whoever reads it would
type Schema = any;

/** The names that the OpenAPI document has for one operation; fields of fields are written `stats.rows`. */
export interface OperationNames {
  readonly path: readonly string[];
  readonly query: readonly string[];
  readonly body: readonly string[];
  /** `status=active`: the words that a query parameter or a field of the body may be. */
  readonly words: readonly string[];
  readonly lite: readonly string[];
  readonly spec: readonly string[];
  /** Fields of one component of the document have one key, in whatever operation they stand: by `place name`. */
  readonly keys: ReadonlyMap<string, string>;
}

/** A field under a schema, and the component that it is of. */
interface Field {
  readonly name: string;
  readonly key: string;
  readonly schema: Schema;
}

const LITE = "application/vnd.heliosdb.lite.v1+json";
const SPEC = "application/vnd.heliosdb.v1+json";

/** Reads names out of the document, so that they can be held against what somebody wrote down. */
export class DocumentNames {
  private readonly promises: Promises;

  constructor(private readonly document: Schema) {
    this.promises = new Promises(document);
  }

  /** Ids of all operations. */
  ids(): readonly string[] {
    return this.operations().map(({ operationId }) => operationId);
  }

  of(id: string): OperationNames {
    const operation = this.find(id);
    const parameters = (operation.parameters ?? []).map((one: Schema) => this.promises.resolved(one));
    const query: Field[] = parameters
      .filter((one: Schema) => one.in === "query")
      .map((one: Schema) => ({ name: one.name, key: `${id}?${one.name}`, schema: one.schema }));
    const content = Object.values<Schema>(operation.requestBody?.content ?? {})[0];
    const body = content ? this.fields(content.schema, "", id) : [];
    const places = {
      query,
      body,
      words: [...query, ...body].flatMap(({ name, key, schema }) => this.words(name, key, schema)),
      lite: this.answer(operation, LITE),
      spec: this.answer(operation, SPEC),
    };
    const keys = Object.entries(places).flatMap(([place, fields]) =>
      fields.map(({ name, key }) => [`${place} ${name}`, key] as const),
    );
    const path = parameters.filter((one: Schema) => one.in === "path");
    const names = (fields: readonly { readonly name: string }[]) => unique(fields.map(({ name }) => name));
    return {
      path: names(path),
      query: names(query),
      body: names(body),
      words: names(places.words),
      lite: names(places.lite),
      spec: names(places.spec),
      keys: new Map(keys),
    };
  }

  path(id: string): string {
    const operation = this.find(id);
    return `${operation.method} ${operation.path}`;
  }

  errors(id: string): readonly string[] {
    return this.promises.allErrors(this.find(id));
  }

  headers(id: string): readonly string[] {
    const { responses } = this.find(id);
    return unique(
      Object.values<Schema>(responses).flatMap((one) => Object.keys(this.promises.resolved(one).headers ?? {})),
    );
  }

  private answer(operation: Schema, type: string): Field[] {
    const good = Object.entries<Schema>(operation.responses).filter(([status]) => status.startsWith("2"));
    const schema = good.map(([, one]) => this.promises.resolved(one).content?.[type]?.schema).find(Boolean);
    if (!schema) return [];
    const inner = type === SPEC ? this.promises.resolved(schema).properties?.data : schema;
    return this.fields(inner ?? {}, "", operation.operationId);
  }

  /** Every field below a schema, with its own. */
  private fields(given: Schema, path: string, owner: string): Field[] {
    const schema = this.promises.resolved(given);
    const own = ownerOf(given) ?? owner;
    const below = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
    if (schema.items) below.push(schema.items);
    return [
      ...below.flatMap((part: Schema) => this.fields(part, path, own)),
      ...Object.entries<Schema>(schema.properties ?? {}).flatMap(([name, field]) => {
        const full = path === "" ? name : `${path}.${name}`;
        const key = `${own}.${name}`;
        return [{ name: full, key, schema: field }, ...this.fields(field, full, key)];
      }),
    ];
  }

  private words(name: string, key: string, given: Schema): { name: string; key: string }[] {
    const schema = this.promises.resolved(given);
    const own = ownerOf(given) ?? key;
    const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? [])];
    return [
      ...parts.flatMap((part: Schema) => this.words(name, own, part)),
      ...(schema.enum ?? []).map((word: string) => ({ name: `${name}=${word}`, key: `${own}=${word}` })),
    ];
  }

  private find(id: string): Schema {
    const found = this.operations().find(({ operationId }) => operationId === id);
    if (!found) throw new Error(`the document has no operation ${id}`);
    return found;
  }

  private operations(): Schema[] {
    return Object.entries<Schema>(this.document.paths).flatMap(([path, methods]) =>
      Object.entries<Schema>(methods).map(([method, one]) => ({ ...one, path, method: method.toUpperCase() })),
    );
  }
}

function ownerOf(schema: Schema): string | undefined {
  return schema.$ref?.split("/").at(-1);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
