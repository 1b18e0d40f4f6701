import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Paths of sockets have about a hundred characters at most. */
const LONGEST_FOLDER = 60;
const parent = tmpdir().length > LONGEST_FOLDER ? "/tmp" : tmpdir();

/** A place for a socket that only this user's processes can connect to. The data folder's path may be too long for one. */
export class PrivateSocket {
  readonly folder = mkdtempSync(join(parent, "heliosdb-front-"));
  readonly path = join(this.folder, "main.sock");

  /** To be called when somebody listens on it. */
  protect(): void {
    chmodSync(this.path, 0o600);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
