import {
  CHANGE_OPERATIONS,
  type ChangesPort,
  type DatabaseHostPort,
  type DatabasePort,
  HeliosError,
  OPERATIONS,
  type PartStream,
  TRANSACTION_METHODS,
} from "@heliosdb/port";

/** Sees what passes between a caller and a host, and may give something else instead. Never changes what it gets. */
export interface Interceptor {
  request?(operation: string, request: unknown): unknown;
  result?(operation: string, result: unknown): unknown;
  error?(operation: string, error: HeliosError): HeliosError;
  /** Makes the call, as often as it likes. */
  again?(operation: string, call: () => Promise<unknown>): Promise<unknown>;
}

type Call = (...given: readonly unknown[]) => Promise<unknown>;
const HOST_CALLS = ["backup", "listBackups", "health", "metrics", "usage", "dropDatabase", "releaseDatabase"] as const;

/**
 * A host whose requests, results and errors pass an interceptor, by the names of the operations. Of a stream its head
 * is the result of `streamQuery` or `streamJson`; its parts and its end are named like `streamQuery.next` and
 * `streamQuery.end`, and an export's bytes `exportFile.bytes`.
 */
export function interceptedHost(host: DatabaseHostPort, by: Interceptor): DatabaseHostPort {
  const seen = (name: string, call: Call): Call => {
    return async (request, ...rest) => {
      try {
        const given = by.request ? by.request(name, request) : request;
        const once = () => call(given, ...rest);
        return resultOf(by, name, await (by.again ? by.again(name, once) : once()));
      } catch (error) {
        throw by.error && error instanceof HeliosError ? by.error(name, error) : error;
      }
    };
  };
  const all = (of: object, names: readonly string[]) =>
    Object.fromEntries(
      names.map((name) => [name, seen(name, (of as { readonly [name: string]: Call })[name]!.bind(of))]),
    );
  return {
    ...(all(host, HOST_CALLS) as Pick<DatabaseHostPort, (typeof HOST_CALLS)[number]>),
    capabilities: () =>
      resultOf(by, "capabilities", host.capabilities()) as ReturnType<DatabaseHostPort["capabilities"]>,
    database: (id) => {
      const db = host.database(id);
      const streams = ["streamQuery", ...(db.streamJson ? ["streamJson"] : [])];
      const names = [...Object.keys(OPERATIONS), ...TRANSACTION_METHODS, "executeEach", "exportFile", "importFile"];
      return all(db, [...names, ...streams]) as unknown as DatabasePort;
    },
    changes: (id) => {
      const changes = host.changes(id);
      const methods = all(changes, Object.keys(CHANGE_OPERATIONS)) as unknown as ChangesPort;
      return {
        ...methods,
        watch: (listener) =>
          changes.watch((branches) => {
            const told = resultOf(by, "watch", branches);
            if (told) listener(told as typeof branches);
          }),
      };
    },
    close: () => host.close(),
  };
}

function resultOf(by: Interceptor, name: string, result: unknown): unknown {
  if (name === "streamQuery" || name === "streamJson") return interceptedStream(result as PartStream<object>, name, by);
  if (name === "executeEach" && by.error) {
    const outcomes = result as readonly { readonly ok: boolean; readonly error?: HeliosError }[];
    const changed = outcomes.map((each) => (each.error ? { ...each, error: by.error!(name, each.error) } : each));
    return by.result ? by.result(name, changed) : changed;
  }
  if (name === "exportFile" && by.result) {
    const { bytes, close, ...head } = result as { readonly bytes: AsyncIterable<Uint8Array>; close(): Promise<void> };
    const changed = by.result(name, head) as object;
    return { ...changed, close, bytes: mapped(bytes, (part) => by.result!("exportFile.bytes", part) as Uint8Array) };
  }
  return by.result ? by.result(name, result) : result;
}

async function* mapped(bytes: AsyncIterable<Uint8Array>, change: (part: Uint8Array) => Uint8Array) {
  for await (const part of bytes) yield change(part);
}

function interceptedStream(stream: PartStream<object>, name: string, by: Interceptor): PartStream<object> {
  const { columns, scn, plan } = stream;
  const result = (part: string, value: unknown) => (by.result && value !== null ? by.result(part, value) : value);
  const head = result(name, { columns, scn, ...(plan !== undefined && { plan }) }) as object;
  return {
    ...(head as Pick<PartStream<object>, "columns" | "scn" | "plan">),
    next: async () => {
      try {
        return result(`${name}.next`, await stream.next()) as object | null;
      } catch (error) {
        throw by.error && error instanceof HeliosError ? by.error(`${name}.next`, error) : error;
      }
    },
    get end() {
      return result(`${name}.end`, stream.end) as PartStream<object>["end"];
    },
    get workedMs() {
      return stream.workedMs;
    },
    close: () => stream.close(),
  };
}
