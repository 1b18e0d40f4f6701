import { ApiError } from "../errors/api-error.js";
import { jsonType } from "./schema.js";

/** The error for a value of the wrong type or format. */
export function invalid(path: string, expected: string, value: unknown): ApiError {
  const what = path === "" ? "The body" : `'${path}'`;
  return new ApiError("INVALID_FIELD", `${what} must be ${expected}, got ${jsonType(value)}.`, { field: path });
}

/** The error for a value of the right type that is out of range or otherwise not allowed. */
export function refused(path: string, reason: string, advice?: string): ApiError {
  const what = path === "" ? "The body" : `'${path}'`;
  const message = `${what} ${reason}.${advice === undefined ? "" : ` ${advice}`}`;
  return new ApiError("INVALID_FIELD", message, { field: path });
}
