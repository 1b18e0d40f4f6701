import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What node:sqlite, better-sqlite3 and DoltLite have in common. */
interface Library {
  exec(sql: string): unknown;
  prepare(sql: string): Prepared;
}
interface Prepared {
  all(...params: readonly unknown[]): readonly unknown[];
  run(...params: readonly unknown[]): { readonly changes: number | bigint };
}
interface Request {
  readonly sql: string;
  readonly params?: readonly unknown[];
}

/** The least that a server around such a library can do: no checks, no limits, no other thread, prepared statements. */
const [port, module, file] = process.argv.slice(2);
const imported = (await import(module!)) as { readonly default: unknown; readonly DatabaseSync?: unknown };
const found =
  imported.DatabaseSync ?? (imported.default as { DatabaseSync?: unknown }).DatabaseSync ?? imported.default;
const db = new (found as new (path: string) => Library)(file!);
db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
const prepared = new Map<string, Prepared>();

function statement(sql: string): Prepared {
  const known = prepared.get(sql) ?? db.prepare(sql);
  prepared.set(sql, known);
  return known;
}

const ROUTES: { readonly [path: string]: (body: never) => unknown } = {
  "/query": ({ sql, params = [] }: Request) => ({ rows: statement(sql).all(...params) }),
  "/execute": ({ sql, params = [] }: Request) => ({ changes: Number(statement(sql).run(...params).changes) }),
  "/batch": (statements: readonly Request[]) => {
    db.exec("BEGIN IMMEDIATE");
    try {
      const changes = statements.map(({ sql, params = [] }) => Number(statement(sql).run(...params).changes));
      db.exec("COMMIT");
      return { changes };
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  },
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const route = ROUTES[request.url!];
  let [status, result]: [number, unknown] = [200, {}];
  try {
    if (route) result = route(JSON.parse(Buffer.concat(chunks).toString()) as never);
    else if (request.url !== "/health") status = 404;
  } catch (error) {
    [status, result] = [500, { error: String(error) }];
  }
  const text = JSON.stringify(result);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

const server = createServer((request, response) => void answer(request, response));
server.listen(Number(port), "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
