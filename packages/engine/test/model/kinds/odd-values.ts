import type { Value } from "@heliosdb/port";

/** A value on the edge of its type, as SQL and, where a request can carry it, as a bound one. */
export interface OddValue {
  readonly sql: string;
  readonly bound?: Value;
}

export const ODD_VALUES: readonly OddValue[] = [
  { sql: "9223372036854775807", bound: 9223372036854775807n },
  { sql: "-9223372036854775808", bound: -9223372036854775808n },
  { sql: "9007199254740993", bound: 9007199254740993n },
  { sql: "9e999", bound: Number.POSITIVE_INFINITY },
  { sql: "-9e999", bound: -Number.POSITIVE_INFINITY },
  { sql: "1", bound: 1n },
  { sql: "1.0", bound: 1 },
  { sql: "'1'", bound: "1" },
  { sql: "x'31'", bound: Buffer.from("MQ==", "base64") },
  { sql: "0.1", bound: 0.1 },
  { sql: "5e-324", bound: 5e-324 },
  { sql: "9007199254740992.0", bound: 9007199254740992 },
  { sql: "''", bound: "" },
  { sql: "x''", bound: Buffer.from("", "base64") },
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
