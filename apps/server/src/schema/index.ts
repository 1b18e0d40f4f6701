export * from "./parameters.js";
export * from "./scalars.js";
export type { Infer, JsonSchema, Shape } from "./schema.js";
export * from "./structures.js";
