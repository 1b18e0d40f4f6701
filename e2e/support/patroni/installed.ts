import { existsSync } from "node:fs";
import { PROGRAMS } from "../../../packages/store/test/support/as-postgres.js";
import { installed } from "../../../packages/store/test/support/installed.js";

const NAMES = ["/usr/bin/patroni", "/usr/bin/etcd"] as const;

/** The programs of Patroni and etcd; null where they, or PostgreSQL, are not installed. */
export const PATRONI = installed(
  PROGRAMS !== null && NAMES.every(existsSync) ? { patroni: NAMES[0], etcd: NAMES[1] } : null,
  "Patroni and etcd",
  "patroni python3-etcd etcd-server",
);
