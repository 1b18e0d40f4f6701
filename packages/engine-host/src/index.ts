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
export type { HostEvent, WorkerKind } from "./process/events.js";
