import { MAIN_BRANCH, type PointInTime, parsePoint } from "@heliosdb/port";
import { ApiError } from "../../../errors/api-error.js";
import { custom, type Schema, text } from "../../../schema/index.js";
import { readDuration } from "./duration.js";
import { readUrlParameters, type UrlParameters } from "./url-parameters.js";

/** The checked parameters of a URL. */
export interface Parameters {
  readonly branch: string;
  /** Undefined for now. */
  readonly at: PointInTime | undefined;
  /** The statement of a GET. */
  readonly q: string | undefined;
  readonly transaction: boolean;
  readonly queue: boolean;
  /** Milliseconds; null for none. */
  readonly timeoutMs: number | null;
  readonly dbTimeoutMs: number | null;
  /** A part of the status, by path: `store.leader`. */
  readonly key: string;
  /** Of the response of /nodes. */
  readonly version: string;
  /** Of a backup: `sql`, or anything else for a file. */
  readonly fmt: string;
  readonly compress: boolean;
}

const DURATIONS = ["timeout", "freshness", "db_timeout"];
const INTEGERS = ["retries", "trailing_logs"];

export const parameters: Schema<Parameters> = custom({ type: "object" }, (given) => readParameters(given as string));

/** The form of a response, which the URL asks for. */
export interface Form {
  readonly pretty: boolean;
  readonly timings: boolean;
  readonly associative: boolean;
  readonly blobArray: boolean;
}

/** Never throws: what can't be read asks for nothing. */
export function formOf(url: string): Form {
  const at = url.indexOf("?");
  const given = at < 0 ? new Map<string, string>() : parsed(url.slice(at + 1));
  return {
    pretty: given.has("pretty"),
    timings: given.has("timings"),
    associative: given.has("associative"),
    blobArray: given.has("blob_array"),
  };
}

function parsed(query: string): UrlParameters {
  try {
    return readUrlParameters(query);
  } catch {
    return new Map();
  }
}

function readParameters(query: string): Parameters {
  const given = readUrlParameters(query);
  check(given);
  const asOf = given.get("as_of");
  const duration = (name: string) => {
    const value = given.get(name);
    return value === undefined ? null : readDuration(value);
  };
  return {
    branch: given.get("branch") ?? MAIN_BRANCH,
    at: asOf === undefined ? undefined : parsePoint(asOf),
    q: given.get("q"),
    transaction: given.has("transaction"),
    queue: given.has("queue"),
    timeoutMs: duration("timeout"),
    dbTimeoutMs: duration("db_timeout"),
    key: given.get("key") ?? "",
    version: given.get("ver") ?? "",
    fmt: given.get("fmt") ?? "",
    compress: given.has("compress"),
  };
}

/** In rqlite's order and words. */
function check(given: UrlParameters): void {
  const refuse = (message: string) => new ApiError("BAD_REQUEST", message);
  if (given.has("freshness_strict") && !given.has("freshness")) throw refuse("freshness_strict requires freshness");
  for (const name of DURATIONS) {
    const value = given.get(name);
    if (value !== undefined && readDuration(value) === null) throw refuse(`${name} is not a valid duration`);
  }
  for (const name of INTEGERS) {
    const value = given.get(name);
    if (value !== undefined && !isInteger(value)) throw refuse(`${name} is not a valid integer`);
  }
  if (given.get("q") === "") throw refuse("query parameter not set");
}

function isInteger(text: string): boolean {
  if (!/^[+-]?\d+$/.test(text)) return false;
  const value = BigInt(text.replace("+", ""));
  return BigInt.asIntN(64, value) === value;
}

const flag = (description: string) => text({ description: `${description} Its presence counts, whatever its value.` });

/** For the document. */
export const COMMON_PARAMETERS = {
  branch: text({ description: "The branch, by name or id. Default: `main`.", example: "main" }),
  as_of: text({
    description:
      "Point in time to read: seconds since 1970, ISO 8601 (send a `+` as `%2B`), `scn:42` or `snapshot:ID`.",
    example: "scn:42",
  }),
};
export const FORM_PARAMETERS = {
  pretty: flag("Indents the response."),
  timings: flag("Adds times in seconds."),
};
export const RUN_PARAMETERS = {
  transaction: flag("Runs all statements as one transaction."),
  timeout: text({ description: "A longer time for a statement, such as `2m`.", example: "30s" }),
  db_timeout: text({ description: "The time that the statements may take, such as `500ms`.", example: "10s" }),
};
export const READ_PARAMETERS = {
  associative: flag("Rows as objects by column."),
  blob_array: flag("Blobs as lists of numbers in place of base64."),
  level: text({ description: "Read consistency. All levels are one: there is one node.", example: "strong" }),
  freshness: text({ description: "A duration, which is checked. Reads are never stale.", example: "1s" }),
};
