export { damagedLog } from "@heliosdb/engine";
export { checkFolder, type FolderCheck } from "./host/check.js";
export { EngineHost } from "./host/host.js";
export type { HostCounters } from "./host/metrics.js";
export type { EngineHostOptions, WorkerEntries } from "./host/options.js";
export {
  OutsideLane,
  type OutsideLaneHost,
  type OutsideLaneLink,
  type OutsideLaneSettings,
} from "./lane/outside-lane.js";
export { type FolderLock, lockFolder } from "./lock/folder-lock.js";
export { LogFigures } from "./log/log-figures.js";
export type { LogStore } from "./log/log-store.js";
export type { HostEvent, WorkerKind } from "./process/events.js";
