export * from "./errors.js";
export * from "./point.js";
export * from "./port.js";
export * from "./requests.js";
export * from "./values.js";
