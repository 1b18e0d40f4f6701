import { HeliosError } from "@heliosdb/port";
import { type Connection, one, openForReading } from "../file/connection.js";
import { type FileIdentity, openChecked } from "../file/file-identity.js";

/** The identity of a branch file or of a copy. */
export interface Looked {
  readonly timeline: string;
  readonly database: string | null;
  /** Its newest commit. */
  readonly head: { readonly scn: number; readonly ts: number };
  /** Commits that were made on its own timeline: 0, 1, or 2 for more. */
  readonly own: 0 | 1 | 2;
}

/** Those of ancestors come before the fork, so its own are the newest: a long history need not be read. */
const OWN = "SELECT count(*) FROM (SELECT branch FROM _helios_commits ORDER BY scn DESC LIMIT 2) WHERE branch = ?";

/** Null if it can't be read, or is not the engine's. */
export function look(path: string): Looked | null {
  const any: FileIdentity = { timeline: null, database: null };
  let db: Connection | null = null;
  try {
    db = openChecked(path, any, openForReading);
    const said = (what: string) => one<string>(db!, "SELECT value FROM _helios_meta WHERE name = ?", what);
    const timeline = said("branch")!;
    const head = db.prepare("SELECT scn, ts FROM _helios_commits ORDER BY scn DESC LIMIT 1").get();
    if (head === undefined) return null;
    return {
      timeline,
      database: said("database") ?? null,
      head: head as Looked["head"],
      own: one<Looked["own"]>(db, OWN, timeline)!,
    };
  } catch (error) {
    if (error instanceof HeliosError || (error as { code?: unknown }).code !== undefined) return null;
    throw error;
  } finally {
    db?.close();
  }
}
