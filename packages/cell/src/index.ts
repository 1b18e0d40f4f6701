export {
  type CellStatus,
  Connections,
  cellStatus,
  Directory,
  Fenced,
  type Move,
  Moves,
  namesOfCells,
  type TenantClue,
  type TenantPlace,
} from "@heliosdb/store";
export { Compactor, type CompactorOptions } from "./compact/compactor.js";
export { COMPACTION, type CompactionLimits } from "./compact/limits.js";
export { type ExportedCell, type ExportOptions, exportCell, TooEarly } from "./copies/export-cell.js";
export { type FolderPlace, makeFolderAt } from "./copies/folder-at.js";
export { makeLog, makeLogOf } from "./copies/folder-log.js";
export { checkImport, type ImportOptions, importCell } from "./copies/import-cell.js";
export { type RebuildOptions, type RebuiltCell, rebuildCell } from "./copies/rebuild-cell.js";
export { ArrivingFolder } from "./follow/arriving-folder.js";
export { ReadAhead } from "./follow/read-ahead.js";
export type { Lease } from "./lease/lease.js";
export { CellNode } from "./node/cell-node.js";
export { leftOpen } from "./node/left-open.js";
export type { CellNodeOptions, Serving } from "./node/options.js";
export { prepareStore } from "./node/prepare-store.js";
export { type StepDownOptions, stepDown } from "./node/step-down.js";
export { type CatalogConnection, OwnFiles } from "./own/own-files.js";
