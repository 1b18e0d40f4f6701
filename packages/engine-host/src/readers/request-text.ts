import type { EngineOperations, ReadName, ReadOperation } from "@heliosdb/engine";
import { decodeExact, quoted, type RequestIn, type Value, writeExactJson, writeExactValue } from "@heliosdb/port";
import type { StreamOperation } from "./protocol.js";

/** The fields of reads that hold exact values. Nothing else in them does, so the rest is left to JSON itself. */
type ExactField = "params" | "key";

/** Values that are written one by one. */
const FEW = 16;

type Operation = ReadOperation | StreamOperation;

/** An operation as JSON text, field by field: most of what a small query costs between processes is its text. */
export function writeRead(operation: Operation): string {
  if (!("stream" in operation)) return `{"op":"${operation.op}","request":${requestText(operation.request)}}`;
  const { stream, form, spool } = operation;
  return `{"stream":${requestText(stream)},"form":"${form}","spool":${JSON.stringify(spool)}}`;
}

/** Puts the exact values back into what JSON.parse gave of it, in place. */
export function decodeRead(operation: Operation): void {
  const request = ("stream" in operation ? operation.stream : operation.request) as { [F in ExactField]?: unknown };
  if (request.params !== undefined) request.params = decodeExact(request.params);
  if (request.key !== undefined) request.key = decodeExact(request.key);
}

function requestText(request: object): string {
  const fields = request as { readonly [name: string]: unknown };
  let text = "";
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    const isExact = name === "params" || name === "key";
    text += `${text === "" ? "" : ","}"${name}":${isExact ? exactText(value) : plainText(value)}`;
  }
  return `{${text}}`;
}

function plainText(value: unknown): string {
  return typeof value === "string" ? quoted(value) : JSON.stringify(value);
}

/** Few values, as a rule: to write them one by one is faster than to make others of them that JSON can write. */
function exactText(values: unknown): string {
  if (!Array.isArray(values) || values.length > FEW) return writeExactJson(values);
  let text = "";
  for (let i = 0; i < values.length; i++) text += (i === 0 ? "" : ",") + writeExactValue(values[i] as Value);
  return `[${text}]`;
}

type HasExact<T> = [Extract<T, bigint | Uint8Array>] extends [never]
  ? T extends readonly (infer E)[]
    ? HasExact<E>
    : T extends object
      ? true extends { [K in keyof T]-?: HasExact<T[K]> }[keyof T]
        ? true
        : false
      : false
  : true;

type ExactIn<T> = { [K in keyof T]-?: true extends HasExact<T[K]> ? K : never }[keyof T];

/** Doesn't compile where a read has exact values in another field. */
type Checked = { [O in ReadName]: ExactIn<RequestIn<EngineOperations, O>> }[ReadName] extends ExactField ? true : never;
const checked: Checked = true;
void checked;
