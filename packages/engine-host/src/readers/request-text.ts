import type { EngineOperations, ReadName, ReadOperation } from "@heliosdb/engine";
import { decodeExact, type RequestIn } from "@heliosdb/port";
import { fieldsText } from "../process/fields-text.js";
import type { StreamOperation } from "./protocol.js";

/** The fields of reads that hold exact values. Nothing else in them does, so the rest is left to JSON itself. */
type ExactField = "params" | "key" | "lastWrite";

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
  if (request.lastWrite !== undefined) request.lastWrite = decodeExact(request.lastWrite);
}

function requestText(request: object): string {
  return fieldsText(request, isExact);
}

function isExact(name: string): boolean {
  return name === "params" || name === "key" || name === "lastWrite";
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
