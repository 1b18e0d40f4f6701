import type { Scope } from "../access/scopes.js";
import { ApiError } from "../errors/api-error.js";

export function lacking(scope: Scope): ApiError {
  return new ApiError("FORBIDDEN", `Insufficient permissions: this operation needs the scope '${scope}'.`, { scope });
}
