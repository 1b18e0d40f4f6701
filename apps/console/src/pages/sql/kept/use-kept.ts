import type { Identity } from "@heliosdb/client";
import { useCallback, useState } from "react";
import { useSession } from "../../../session/session.js";
import { type Kept, keptOf } from "./kept.js";

/** Whoever signs in with another key in the same browser has other queries. */
function nameOf({ tenantId, userId, keyId }: Identity): string {
  return `heliosdb.sql.kept:${JSON.stringify([tenantId, userId, keyId])}`;
}

/** Saved queries and what was run, for as long as the browser keeps it. */
export function useKept(): readonly [kept: Kept, change: (change: (kept: Kept) => Kept) => boolean] {
  const { identity } = useSession();
  const name = nameOf(identity);
  const [kept, setKept] = useState(() => read(name));
  const change = useCallback(
    (next: (kept: Kept) => Kept) => {
      // Another tab may have changed it.
      const changed = next(read(name));
      setKept(changed);
      return write(name, changed);
    },
    [name],
  );
  return [kept, change];
}

function read(name: string): Kept {
  try {
    return keptOf(localStorage.getItem(name));
  } catch {
    return keptOf(null);
  }
}

/** False where the browser keeps nothing more. */
function write(name: string, kept: Kept): boolean {
  try {
    localStorage.setItem(name, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}
