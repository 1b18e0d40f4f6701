export type * from "./api/api.js";
export { checkDatabase, checkFile, type DatabaseCheck } from "./backup/check.js";
export { type CopiedFiles, HeldFiles } from "./backup/held-files.js";
export { copyFiles, finishFile } from "./clone/clone-files.js";
export { openReader } from "./database/reader.js";
export { openWriter } from "./database/writer.js";
export { CopyNeeded } from "./past/copy-needed.js";
export { adoptFile } from "./transfer/adopt-file.js";
