import type { BindValue } from "@heliosdb/port";

/** A value on the edge of its type, as SQL and, where a request can carry it, as a bound one. */
export interface OddValue {
  readonly sql: string;
  readonly bound?: BindValue;
}

export const ODD_VALUES: readonly OddValue[] = [
  { sql: "9223372036854775807", bound: { int: "9223372036854775807" } },
  { sql: "-9223372036854775808", bound: { int: "-9223372036854775808" } },
  { sql: "9007199254740993", bound: { int: "9007199254740993" } },
  { sql: "9e999", bound: { real: "Infinity" } },
  { sql: "-9e999", bound: { real: "-Infinity" } },
  { sql: "1", bound: { int: 1 } },
  { sql: "1.0", bound: { real: 1 } },
  { sql: "'1'", bound: "1" },
  { sql: "x'31'", bound: { blob: "MQ==" } },
  { sql: "0.1", bound: { real: 0.1 } },
  { sql: "5e-324", bound: { real: 5e-324 } },
  { sql: "9007199254740992.0", bound: { real: 9007199254740992 } },
  { sql: "''", bound: "" },
  { sql: "x''", bound: { blob: "" } },
  { sql: "'É'", bound: "É" },
  { sql: "'é'", bound: "é" },
  { sql: "'a' || char(0) || 'b'" },
  // Latin-1, a lone continuation byte, and an encoded surrogate: texts that are no UTF-8.
  { sql: "CAST(x'e9' AS TEXT)" },
  { sql: "CAST(x'80' AS TEXT)" },
  { sql: "CAST(x'eda080' AS TEXT)" },
  { sql: "char(55357)" },
  { sql: "'\uFFFD'", bound: "\uFFFD" },
  { sql: "'ab '", bound: "ab " },
  { sql: "'AB'", bound: "AB" },
  { sql: "NULL", bound: null },
];
