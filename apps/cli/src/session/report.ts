import { HeliosDBError } from "@heliosdb/client";
import { BadLinesError, Cancelled, InterruptedError, isInvalidArgument, UsageError } from "../errors/exit-codes.js";
import { conflictText } from "../output/conflict.js";
import { printable } from "../output/printable.js";

/** Texts to add below the messages of errors about which a command found out more. */
const notes = new WeakMap<object, readonly string[]>();

/** Adds a line to an error's output, such as the names that do exist. */
export function annotate(error: unknown, note: string | null): void {
  if (typeof error !== "object" || error === null || note === null) return;
  notes.set(error, [...(notes.get(error) ?? []), note]);
}

/** Writes an error to stderr, with advice. */
export function report(error: unknown): void {
  const lines = [`helios: ${error instanceof Error ? error.message : String(error)}`];
  if (error instanceof HeliosDBError && error.status !== 0) lines.push(...detailsOf(error));
  else if (!isExpected(error) && error instanceof Error) {
    lines.push(error.stack ?? "");
  }
  if (typeof error === "object" && error !== null) lines.push(...(notes.get(error) ?? []));
  process.stderr.write(`${lines.map(printable).join("\n")}\n`);
}

/** Errors whose message says all: also those of the system, such as a full disk. */
function isExpected(error: unknown): boolean {
  if (isInvalidArgument(error) || typeof (error as NodeJS.ErrnoException | null)?.syscall === "string") return true;
  return [UsageError, Cancelled, BadLinesError, InterruptedError, HeliosDBError].some(
    (expected) => error instanceof expected,
  );
}

function detailsOf(error: HeliosDBError): string[] {
  const conflicts = error.details.conflicts;
  const shown = Array.isArray(conflicts) ? conflicts.slice(0, 20).map(conflictLine) : [];
  const count = Number(error.details.conflict_count ?? shown.length);
  if (count > shown.length && shown.length > 0) shown.push(`  … and ${count - shown.length} more`);
  const id = error.requestId ? `, request ${error.requestId}` : "";
  return [...shown, `  ${error.code} (${error.status}${id})`];
}

function conflictLine(conflict: unknown): string {
  const { key, column, source_value, target_value } = conflict as Record<string, unknown>;
  return conflictText(String(key), column, source_value, target_value);
}
