export { connectToPrimary, NoPrimary } from "./connect.js";
export { createStore, STORE_FORMAT } from "./schema.js";
export { Fenced, Stream, type StreamKey } from "./stream.js";
