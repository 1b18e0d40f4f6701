/** Where a condition may be longer than a URL or `filter`. */
export const LONG_CONDITION =
  "Send a long condition in a body instead: POST /v1/branches/{branch}/query takes SQL with parameters.";
