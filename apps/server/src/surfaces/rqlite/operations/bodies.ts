import { custom, type Schema } from "../../../schema/index.js";
import { type GivenStatement, readStatements } from "../readers/statements.js";

/** The bytes of a body as statements. */
export const statementsBody: Schema<readonly GivenStatement[]> = custom(
  {
    type: "array",
    minItems: 1,
    items: { oneOf: [{ type: "string" }, { type: "array", minItems: 1, items: {} }] },
    example: [["INSERT INTO foo(name, age) VALUES(?, ?)", "fiona", 20]],
  },
  (bytes) => readStatements(bytes as Buffer),
);

export const anyBody: Schema<undefined> = custom({}, () => undefined);
