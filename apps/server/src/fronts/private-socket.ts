import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Paths of sockets have about a hundred characters at most. */
const LONGEST_FOLDER = 70;
const PREFIX = "front-";

/** A socket in a folder of its own, so that only this user's processes can connect to it, whatever its own rights are. */
export class PrivateSocket {
  readonly folder: string;
  readonly path: string;

  /** @param dataDir which no other server uses: what an earlier one has left there is removed */
  constructor(dataDir: string) {
    const parent = join(dataDir, "tmp");
    const isShort = Buffer.byteLength(parent) <= LONGEST_FOLDER;
    if (isShort) clear(parent);
    this.folder = mkdtempSync(join(isShort ? parent : tmpdir(), isShort ? PREFIX : `heliosdb-${PREFIX}`));
    this.path = join(this.folder, "main.sock");
  }

  /** To be called when somebody listens on it. */
  protect(): void {
    chmodSync(this.path, 0o600);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function clear(parent: string): void {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(parent)) {
    if (name.startsWith(PREFIX)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}
