import { type ErrorDetails, HeliosError } from "@heliosdb/port";
import type { Interceptor } from "./intercepted-host.js";
import { isRecord, kindOf, type ObservedCalls, type ValueKind } from "./observed-calls.js";

/** One thing that a host does wrong. */
export interface Mutation {
  readonly title: string;
  /** The operation, or the code of the error. */
  readonly about: string;
  /** Whether a case with these calls can notice it. */
  concerns(calls: ObservedCalls): boolean;
  readonly by: Interceptor;
}

/** Every field of every result, left out. One that stands deeper is left out in one operation of those that have it. */
export function fieldsLeftOut({ operations }: ObservedCalls): Mutation[] {
  const deep = new Set<string>();
  const isFirst = (path: string) => {
    const names = path.replaceAll("[]", "").split(".").filter(Boolean);
    const tail = names.slice(-2).join(".");
    if (names.length > 1 && deep.has(tail)) return false;
    deep.add(tail);
    return true;
  };
  return [...operations].flatMap(([operation, { results }]) =>
    [...results].filter(isFirst).map((path) => ({
      title: `${operation} leaves out ${path}`,
      about: operation,
      concerns: (calls: ObservedCalls) => calls.operations.get(operation)?.results.has(path) ?? false,
      by: onResult(operation, (result) => without(result, stepsOf(path))),
    })),
  );
}

/** `a[].b` is a, then each item, then b. */
function stepsOf(path: string): readonly string[] {
  return path.replaceAll("[]", ".[]").split(".").filter(Boolean);
}

/** Exact values, as a careless host would hand them on. */
export function valuesChanged({ operations }: ObservedCalls): Mutation[] {
  return [...operations].flatMap(([operation, { kinds }]) =>
    [...kinds]
      .filter((kind) => kind !== "blob" || !operation.startsWith("exportFile"))
      .map((kind) => ({
        title: `${operation} changes each ${kind}`,
        about: operation,
        concerns: (calls: ObservedCalls) => calls.operations.get(operation)?.kinds.has(kind) ?? false,
        by: onResult(operation, (result) => changed(result, kind)),
      })),
  );
}

/** Every optional field of every request, ignored; and its author and branch. */
export function requestsIgnored({ operations }: ObservedCalls): Mutation[] {
  return [...operations].flatMap(([operation, { options, fields }]) => [
    ...[...options].map((field) =>
      onRequest(operation, `ignores ${field}`, field, (request) => without(request, [field])),
    ),
    ...[...fields]
      .filter((field) => field === "author")
      .map((field) => onRequest(operation, "writes another author", field, (request) => ({ ...request, author: "x" }))),
    ...[...fields]
      .filter((field) => field === "branch")
      .map((field) =>
        onRequest(operation, "takes main for any branch", field, (request) => ({ ...request, branch: "main" })),
      ),
  ]);
}

/** Every code, and all that errors carry. */
export function errorsChanged({ errors }: ObservedCalls): Mutation[] {
  return [...errors].flatMap(([code, { data, native, conflicts }]) => {
    const mutations = [
      onError(code, "is another code", (error) =>
        remade(error, { code: code === "OVERLOADED" ? "SHUTTING_DOWN" : "OVERLOADED" }),
      ),
      ...[...data].map((name) =>
        onError(code, `loses its data ${name}`, (error) =>
          remade(error, { data: without(error.data, [name]) as HeliosError["data"] }),
        ),
      ),
    ];
    if (native)
      mutations.push(onError(code, "loses what the database said", (error) => remade(error, { native: undefined })));
    if (conflicts.size > 0)
      mutations.push(onError(code, "loses its conflicts", (error) => remade(error, { conflicts: undefined })));
    for (const path of conflicts) {
      const steps = stepsOf(path);
      const leave = (error: HeliosError) =>
        remade(error, { conflicts: without(error.conflicts, steps) as HeliosError["conflicts"] });
      mutations.push(onError(code, `leaves out ${path} of its conflicts`, leave));
    }
    return mutations;
  });
}

/** What no single field says. */
export const FAULTS: readonly Mutation[] = [
  ...["streamQuery", "streamJson"].flatMap((stream) => [
    fault(`${stream} loses a row of each part`, `${stream}.next`, (part) => (part as readonly unknown[]).slice(1)),
    fault(`${stream} gives no rows`, `${stream}.next`, () => null),
  ]),
  fault("exportFile loses a byte of each part", "exportFile.bytes", (part) => (part as Uint8Array).subarray(1)),
  fault("watch is deaf", "watch", () => null),
  fault("watch names no branches", "watch", () => []),
  fault("listBranches leaves the last one out", "listBranches", (list) => (list as readonly unknown[]).slice(0, -1)),
  fault("listBranches is the wrong way round", "listBranches", (list) => (list as readonly unknown[]).toReversed()),
  fault("listSnapshots is the wrong way round", "listSnapshots", (list) => (list as readonly unknown[]).toReversed()),
  fault("listBackups knows of none", "listBackups", () => []),
  fault("query gives its rows twice", "query", (result) => {
    const { rows, ...rest } = result as { readonly rows: readonly unknown[] };
    return { ...rest, rows: [...rows, ...rows] };
  }),
  {
    title: "dropDatabase drops nothing",
    about: "dropDatabase",
    concerns: ({ operations }) =>
      (operations.get("dropDatabase")?.fields.size ?? 0) > 0 || operations.has("dropDatabase"),
    by: { request: (operation, id) => (operation === "dropDatabase" ? `not-${String(id)}` : id) },
  },
];

function fault(title: string, operation: string, change: (result: unknown) => unknown): Mutation {
  return {
    title,
    about: operation,
    concerns: ({ operations }) => operations.has(operation),
    by: onResult(operation, change),
  };
}

function onResult(operation: string, change: (result: unknown) => unknown): Interceptor {
  return { result: (name, result) => (name === operation ? change(result) : result) };
}

function onRequest(
  operation: string,
  what: string,
  field: string,
  change: (request: { readonly [name: string]: unknown }) => unknown,
): Mutation {
  return {
    title: `${operation} ${what}`,
    about: operation,
    concerns: ({ operations }) => operations.get(operation)?.fields.has(field) ?? false,
    by: {
      request: (name, request) =>
        name === operation && isRecord(request) && field in request ? change(request) : request,
    },
  };
}

function onError(code: string, what: string, change: (error: HeliosError) => HeliosError): Mutation {
  return {
    title: `${code} ${what}`,
    about: code,
    concerns: ({ errors }) => errors.has(code),
    by: { error: (_operation, error) => (error.code === code ? change(error) : error) },
  };
}

type Parts = { -readonly [N in "code" | "message" | "data"]: HeliosError[N] } & ErrorDetails;

function remade(error: HeliosError, change: { readonly [N in keyof Parts]?: Parts[N] | undefined }): HeliosError {
  const { code, message, data, native, conflicts } = { ...error, message: error.message, ...change } as Parts;
  return new HeliosError(code, message, data, { ...(native && { native }), ...(conflicts && { conflicts }) });
}

/** The same without the field at a path; lists of it lose it in each item. */
function without(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === "[]") return Array.isArray(value) ? value.map((item) => without(item, rest)) : value;
  if (!isRecord(value) || step === undefined || !(step in value)) return value;
  const { [step]: field, ...others } = value;
  return rest.length === 0 ? others : { ...others, [step]: without(field, rest) };
}

function changed(value: unknown, kind: ValueKind): unknown {
  if (kindOf(value) === kind) {
    if (typeof value === "bigint") return Number(value);
    return typeof value === "number" ? BigInt(value) : Buffer.from(value as Uint8Array).toString("base64");
  }
  if (Array.isArray(value)) return value.map((item) => changed(item, kind));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, changed(field, kind)]));
}
