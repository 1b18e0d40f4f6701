import { ERRORS, type ErrorCode, type ErrorStatus } from "../../../errors/error-table.js";
import type { Dialect } from "./dialects.js";

type ByDialect = { readonly [D in Dialect]: ErrorStatus };

/** Errors for which the documents differ from the usual status. */
const EXCEPTIONS: { readonly [C in ErrorCode]?: ByDialect } = {
  BRANCH_HAS_CHILDREN: { lite: 400, spec: 409 },
};
/** Exceptions for operations that delete a branch instead of writing to it. */
const ON_BRANCH_ITSELF: { readonly [C in ErrorCode]?: ByDialect } = {
  BRANCH_PROTECTED: { lite: 400, spec: 403 },
};

/** `onBranchItself`: the operation would delete the branch, not write to it. */
export function errorStatus(code: ErrorCode, dialect: Dialect, onBranchItself: boolean): ErrorStatus {
  const exception = (onBranchItself && ON_BRANCH_ITSELF[code]) || EXCEPTIONS[code];
  return exception ? exception[dialect] : ERRORS[code].status;
}

/** The tutorial's error word follows from the status alone. */
const WORDS: { readonly [S in ErrorStatus]: string } = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  408: "QueryTimeout",
  409: "Conflict",
  410: "Gone",
  413: "PayloadTooLarge",
  414: "UriTooLong",
  415: "UnsupportedMediaType",
  422: "UnprocessableEntity",
  429: "TooManyRequests",
  431: "RequestHeaderFieldsTooLarge",
  500: "InternalServerError",
  501: "NotImplemented",
  503: "ServiceUnavailable",
};

export const ERROR_WORDS = Object.values(WORDS);

export function errorWord(status: ErrorStatus): string {
  return WORDS[status];
}
