import { useQuery } from "@tanstack/react-query";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { FOREIGN_KEYS_SQL, foreignKeysOf } from "./keys/foreign-keys.js";

/** Of all tables of a branch; none for keys that may send no SQL. */
export function useForeignKeys(branch: string, at: string | undefined) {
  const { client, identity } = useSession();
  const { data } = useQuery({
    queryKey: ["foreign-keys", branch, at],
    enabled: rightsOf(identity).sql,
    queryFn: async ({ signal }) => {
      const { rows } = await client.sql.query(FOREIGN_KEYS_SQL, { branch, asOf: at, signal });
      return foreignKeysOf(rows);
    },
  });
  return data ?? NONE;
}

const NONE: ReturnType<typeof foreignKeysOf> = [];
