import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Block } from "../entry/decode.js";
import type { OperationHeader } from "../entry/format.js";
import { sync } from "./position.js";

/** Carries out operations on the files of a folder that no SQLite has open. */
export class FolderWriter {
  /** Files and folders whose changes may not be on the disk yet. */
  private readonly unsynced = new Set<string>();
  private current: { readonly file: string; readonly descriptor: number } | null = null;

  constructor(private readonly folder: string) {}

  /** An operation without its pages and bytes. `again`: it may have been carried out before. */
  run(operation: OperationHeader, again: boolean): void {
    this.release();
    const path = this.path(operation.file);
    switch (operation.do) {
      case "made":
        closeSync(openSync(path, "w"));
        break;
      case "copied":
        copyFileSync(this.path(operation.from), path, constants.COPYFILE_FICLONE);
        break;
      case "renamed":
        if (!again || existsSync(this.path(operation.from))) renameSync(this.path(operation.from), path);
        this.unsynced.delete(this.path(operation.from));
        this.unsynced.add(dirname(this.path(operation.from)));
        break;
      case "removed":
        rmSync(path, { force: again });
        this.unsynced.delete(path);
        this.unsynced.add(dirname(path));
        return;
      case "pages":
        ftruncateSync(this.open(operation.file), operation.size * operation.pageSize);
        break;
      case "bytes":
        break;
    }
    this.unsynced.add(path).add(dirname(path));
  }

  /** A page or bytes of an operation. */
  write(operation: OperationHeader, block: Block): void {
    const offset =
      "page" in block && operation.do === "pages" ? (block.page - 1) * operation.pageSize : offsetOf(block);
    writeSync(this.open(operation.file), block.bytes, 0, block.bytes.byteLength, offset);
    this.unsynced.add(this.path(operation.file));
  }

  sync(): void {
    this.release();
    for (const path of this.unsynced) sync(path);
    this.unsynced.clear();
  }

  release(): void {
    if (this.current !== null) closeSync(this.current.descriptor);
    this.current = null;
  }

  private open(file: string): number {
    if (this.current?.file === file) return this.current.descriptor;
    this.release();
    this.current = { file, descriptor: openSync(this.path(file), "r+") };
    return this.current.descriptor;
  }

  private path(file: string): string {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }
}

function offsetOf(block: Block): number {
  return "offset" in block ? block.offset : 0;
}
