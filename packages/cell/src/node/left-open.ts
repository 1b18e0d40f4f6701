import { join } from "node:path";
import { readDiskMark } from "@heliosdb/journal";
import { namesIn } from "../follow/follower.js";

/** Databases of a data folder that were open when its last process ended without closing them. */
export function leftOpen(dataDir: string): string[] {
  const databases = join(dataDir, "databases");
  return namesIn(databases).filter((name) => readDiskMark(join(databases, name))?.isOpen);
}
