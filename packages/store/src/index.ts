export { Base, type BaseChunk, type BaseFile, CHUNK_BYTES } from "./base.js";
export {
  BaseTransaction,
  type ChunkPlace,
  type LogEntry,
  type NewChunk,
  type StoredChunk,
} from "./base-transaction.js";
export { Bases } from "./bases.js";
export { Cell, type CellRow, type CellState, type Head, type ServingNode, type Standby } from "./cell.js";
export { type CellStatus, cellStatus, namesOfCells } from "./cell-status.js";
export { connectToPrimary, NoPrimary } from "./connect.js";
export { Connections } from "./connections.js";
export { type CellContents, Directory, type TenantClue, type TenantPlace } from "./directory.js";
export { waitsForStandby } from "./durability.js";
export { Fenced } from "./fenced.js";
export { type Move, type MoveState, Moves, type Server } from "./moves.js";
export { createStore, STORE_FORMAT } from "./schema.js";
export { type Entry, Stream, type StreamKey } from "./stream.js";
