export * from "./branches.js";
export * from "./errors.js";
export * from "./history.js";
export * from "./merge.js";
export * from "./point.js";
export * from "./port.js";
export * from "./requests.js";
export * from "./values.js";
