export type * from "./api.js";
export { checkDatabase, checkFile, type DatabaseCheck } from "./backup/check.js";
export { type CopiedFiles, HeldFiles } from "./backup/held-files.js";
export { copyFiles, finishFile } from "./clone/clone-files.js";
export { CopyNeeded } from "./past/copy-needed.js";
export { openReader } from "./read/reader.js";
export { adoptFile } from "./transfer/adopt-file.js";
export { openWriter } from "./write/writer.js";
