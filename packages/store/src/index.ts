export { connectToPrimary, NoPrimary } from "./connect.js";
export { Connections } from "./connections.js";
export { createStore, STORE_FORMAT } from "./schema.js";
export { type Entry, Fenced, Stream, type StreamKey } from "./stream.js";
