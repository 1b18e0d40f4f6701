import { Option } from "commander";
import { defaultBranch } from "../config/default-branch.js";
import { UsageError } from "../errors/exit-codes.js";
import { type FieldName, type FieldOption, fieldOption } from "./field-option.js";

export interface BranchOptions {
  /** As it was typed; undefined if the command names none. */
  readonly branch?: string;
}

export interface ReadOptions extends BranchOptions {
  readonly asOf?: string;
}

/** A branch, and a point in time if one was given. */
export interface Place {
  readonly branch: string;
  readonly asOf: string | undefined;
}

export function branchOption(description = "branch, or BRANCH@POINT to read at a point in time"): Option {
  return new Option("-b, --branch <branch>", `${description} (default: HELIOSDB_BRANCH, the .helios file, or main)`);
}

export function asOfOption(field: FieldName = "query.as_of"): FieldOption {
  const place = field === "query.as_of" ? ", as after the @ of a branch" : "";
  const forms = `seconds since 1970, ISO 8601, scn:N, tx:N or snapshot:ID${place}`;
  return fieldOption(field, "--as-of <point>", { forms });
}

/** The branch and the point in time of a command that reads. Branch names and ids contain no @. */
export function placeOf(options: ReadOptions): Place {
  const { branch, point } = split(options.branch ?? defaultBranch().value);
  // A typed point in time counts more than that of a default.
  if (options.asOf === undefined) return { branch, asOf: point };
  if (point !== undefined && options.branch !== undefined) {
    throw new UsageError(
      `The point in time is given twice: by @${point} and by --as-of ${options.asOf}. Give one of them.`,
    );
  }
  return { branch, asOf: options.asOf };
}

/** The branch of a command that writes, which takes no point in time. */
export function branchToWrite(options: BranchOptions): string {
  const { branch, point, from } = named(options);
  if (point !== undefined)
    throw new UsageError(`Only reads take a point in time. Write to "${branch}" without @${point}${from}.`);
  return branch;
}

/** The branch of a command that takes no point in time. */
export function branchAlone(text?: string): string {
  const { branch, point, from } = named({ branch: text });
  if (point !== undefined)
    throw new UsageError(`This command takes no point in time. Write "${branch}" without @${point}${from}.`);
  return branch;
}

function named({ branch }: BranchOptions) {
  if (branch !== undefined) return { ...split(branch), from: "" };
  const { value, from } = defaultBranch();
  return { ...split(value), from: ` (from ${from})` };
}

function split(text: string): { branch: string; point: string | undefined } {
  const at = text.indexOf("@");
  const branch = at < 0 ? text : text.slice(0, at);
  const point = at < 0 ? undefined : text.slice(at + 1);
  if (branch === "" || point === "") throw new UsageError(`Invalid branch "${text}". Expected NAME or NAME@POINT.`);
  return { branch, point };
}
