export * from "./parameters.js";
export * from "./scalars.js";
export type { Infer, JsonSchema, Shape } from "./shape.js";
export * from "./structures.js";
