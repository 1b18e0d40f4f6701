import { join } from "node:path";
import { readDiskMark } from "@heliosdb/journal";
import { namesIn } from "../follow/follower.js";

/** Databases of a data folder that were open when its last process ended without closing them, or may have been. */
export function leftOpen(dataDir: string): string[] {
  const databases = join(dataDir, "databases");
  return namesIn(databases).filter((name) => wasOpen(join(databases, name)));
}

function wasOpen(folder: string): boolean {
  try {
    return readDiskMark(folder)?.isOpen ?? false;
  } catch {
    // It is damaged. Whoever opens the database says so: it is no reason not to serve the others.
    return true;
  }
}
