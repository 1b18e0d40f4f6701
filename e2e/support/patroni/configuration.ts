import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PROGRAMS } from "../../../packages/store/test/support/as-postgres.js";

const PAGE = resolve(import.meta.dirname, "../../../docs/cells.md");

export const PASSWORD = "of-the-tests";

export interface MemberPlace {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly restPort: number;
  readonly etcdPort: number;
}

/** The configuration that docs/cells.md shows, for a member on this machine, with the shortest times that Patroni takes. */
export function configurationOf({ name, folder, port, restPort, etcdPort }: MemberPlace): string {
  const shown = /```yaml\n(scope: heliosdb\n[\s\S]+?)```/.exec(readFileSync(PAGE, "utf8"))?.[1];
  if (shown === undefined) throw new Error(`${PAGE} shows no configuration of Patroni`);
  const small = ["shared_buffers: 16MB", "max_connections: 100", "unix_socket_directories: ''"];
  const changes: readonly (readonly [string, string])[] = [
    ["name: store-1", `name: ${name}`],
    ["10.0.0.11:2379,10.0.0.12:2379,10.0.0.13:2379", `127.0.0.1:${etcdPort}`],
    ["10.0.0.11:8008", `127.0.0.1:${restPort}`],
    ["10.0.0.11:5432", `127.0.0.1:${port}`],
    ["10.0.0.0/24", "127.0.0.1/32"],
    ["/var/lib/postgresql/15/heliosdb", join(folder, "data")],
    ["/usr/lib/postgresql/15/bin", PROGRAMS!],
    ["password: …", `password: ${PASSWORD}`],
    ["ttl: 20", "ttl: 8"],
    ["loop_wait: 5", "loop_wait: 1"],
    ["retry_timeout: 5", "retry_timeout: 3"],
    ["use_pg_rewind: true\n", `use_pg_rewind: true\n      parameters: { ${small.join(", ")} }\n`],
    ["\npostgresql:\n", `\npostgresql:\n  pgpass: ${join(folder, "pgpass")}\n`],
  ];
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the configuration in ${PAGE} has no ${JSON.stringify(from)}`);
    return text.replaceAll(from, () => to);
  }, shown);
}
