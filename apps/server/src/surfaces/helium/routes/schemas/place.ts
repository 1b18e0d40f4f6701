import { objectOf, text } from "../../../../schema/index.js";

const schema = text({
  description:
    "A branch by name or id. `name@point` is its state at a point in time: `main@scn:42`, `main@2025-12-01T08:00:00Z`.",
  example: "main",
});
const table = text({ description: "Name of the table. `#` is sent as `%23`.", example: "subject" });

export const schemaPath = objectOf({ schema });
export const tablePath = objectOf({ schema, table });
export const columnPath = objectOf({ schema, table, column: text({ description: "Name of the column." }) });
