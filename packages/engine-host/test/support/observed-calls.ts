import type { DatabaseHostPort, HeliosError } from "@heliosdb/port";
import { type Interceptor, interceptedHost } from "./intercepted-host.js";

/** What one operation has been seen to take and to give. */
export class Observed {
  /** Paths of fields, such as `[].parent.id`. */
  readonly results = new Set<string>();
  /** Fields that some requests have, and some don't. */
  readonly options = new Set<string>();
  /** All fields of requests. */
  readonly fields = new Set<string>();
  readonly kinds = new Set<ValueKind>();
  /** Fields that every request so far has had; undefined before the first. */
  private always: ReadonlySet<string> | undefined;

  take(request: unknown): void {
    const names = typeof request === "object" && request !== null ? Object.keys(request) : [];
    const given = names.filter((name) => (request as { readonly [name: string]: unknown })[name] !== undefined);
    for (const name of given) {
      if (this.always && !this.always.has(name)) this.options.add(name);
      this.fields.add(name);
    }
    for (const name of this.always ?? []) if (!given.includes(name)) this.options.add(name);
    this.always = new Set(given.filter((name) => this.always?.has(name) ?? true));
  }
}

export type ValueKind = "bigint" | "integral real" | "blob";

/** What an error of one code has been seen to carry. */
export interface ObservedError {
  readonly data: Set<string>;
  native: boolean;
  readonly conflicts: Set<string>;
}

/** What passed through a host. */
export class ObservedCalls implements Interceptor {
  readonly operations = new Map<string, Observed>();
  readonly errors = new Map<string, ObservedError>();

  through(host: DatabaseHostPort): DatabaseHostPort {
    return interceptedHost(host, this);
  }

  request(operation: string, request: unknown): unknown {
    this.of(operation).take(request);
    return request;
  }

  result(operation: string, result: unknown): unknown {
    const observed = this.of(operation);
    collectPaths(result, "", observed.results);
    collectKinds(result, observed.kinds);
    return result;
  }

  error(_operation: string, error: HeliosError): HeliosError {
    let observed = this.errors.get(error.code);
    if (!observed) {
      observed = { data: new Set(), native: false, conflicts: new Set() };
      this.errors.set(error.code, observed);
    }
    for (const name of Object.keys(error.data)) observed.data.add(name);
    if (error.native) observed.native = true;
    if (error.conflicts) collectPaths(error.conflicts, "", observed.conflicts);
    return error;
  }

  private of(operation: string): Observed {
    let observed = this.operations.get(operation);
    if (!observed) {
      observed = new Observed();
      this.operations.set(operation, observed);
    }
    return observed;
  }
}

/** Below these stands a user's data, or names that a host chooses. */
const OPEN = new Set(["from", "to", "row", "base", "source", "target", "resolved", "metadata", "bytes", "processes"]);

/** Fields of objects, by paths in which `[]` stands for each item of a list. */
function collectPaths(value: unknown, path: string, paths: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collectPaths(item, `${path}[]`, paths);
    return;
  }
  if (!isRecord(value)) return;
  for (const [name, field] of Object.entries(value)) {
    const here = path === "" ? name : `${path}.${name}`;
    paths.add(here);
    if (!OPEN.has(name)) collectPaths(field, here, paths);
  }
}

export function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Error)
  );
}

function collectKinds(value: unknown, kinds: Set<ValueKind>): void {
  const kind = kindOf(value);
  if (kind) kinds.add(kind);
  else if (Array.isArray(value)) for (const item of value) collectKinds(item, kinds);
  else if (isRecord(value)) for (const field of Object.values(value)) collectKinds(field, kinds);
}

/** Of a value of a row; numbers that count something are found here as integral reals, too. */
export function kindOf(value: unknown): ValueKind | null {
  if (typeof value === "bigint") return "bigint";
  if (value instanceof Uint8Array) return "blob";
  return typeof value === "number" && Number.isInteger(value) ? "integral real" : null;
}
