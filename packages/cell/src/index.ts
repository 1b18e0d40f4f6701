export { type CellStatus, Connections, cellStatus, Fenced } from "@heliosdb/store";
export type { Lease } from "./lease/lease.js";
export { CellNode, type CellNodeOptions, type Serving } from "./node/cell-node.js";
export { prepareStore } from "./node/prepare-store.js";
export { type CatalogConnection, OwnFiles } from "./own/own-files.js";
