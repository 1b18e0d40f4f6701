export { BrokenEntry, decodeEntry, type Parts } from "./entry/decode.js";
export { fold } from "./entry/fold.js";
export { LogEnd } from "./entry/log-end.js";
export type { Operation, Operations } from "./entry/operation.js";
export type { PageSource } from "./entry/page-source.js";
export { EntryDoesNotFit, Replica } from "./replica/replica.js";
export { LogLost, WalReader } from "./wal/wal-reader.js";
export { type Append, Journal } from "./writer/journal.js";
export { rollForward } from "./writer/whole-file.js";
