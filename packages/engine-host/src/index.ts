export { checkFolder, type FolderCheck } from "./check.js";
export type { HostEvent, WorkerKind } from "./events.js";
export { EngineHost } from "./host.js";
export type { HostCounters } from "./metrics.js";
export type { EngineHostOptions, WorkerEntries } from "./options.js";
