export * from "./parameters.js";
export * from "./scalars.js";
export type { Infer, JsonSchema, Schema } from "./schema.js";
export * from "./structures.js";
