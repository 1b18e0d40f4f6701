import { HeliosDBClient, isHeliosDBError, sql } from "@heliosdb/client";

/** What the test tells the page, and what the page tells the test. */
interface Page {
  config: { readonly url: string; readonly elsewhere: string; readonly apiKey: string };
  result?: Readonly<Record<string, unknown>>;
}

/** Runs in a browser, bundled: the client's calls, each with what it gave. */
async function run({ url, elsewhere, apiKey }: Page["config"]): Promise<Readonly<Record<string, unknown>>> {
  const requestIds: unknown[] = [];
  const client = new HeliosDBClient({
    baseUrl: url,
    apiKey,
    integers: "bigint",
    blobs: "bytes",
    hooks: {
      request: () => ({ traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" }),
      response: ({ requestId }) => requestIds.push(requestId),
    },
  });
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => "no error",
      (error: unknown) => (isHeliosDBError(error) ? error.code : String(error)),
    );
  await client.sql.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, photo BLOB)");
  const dev = await client.branch("main").fork({ name: "dev" });
  const rows = [{ id: 2n ** 62n, name: "Zoë", photo: new Uint8Array([0, 255]) }];
  await dev.table("users").insert(rows);
  const read = await dev.query<{ id: bigint; name: string; photo: Uint8Array }>(
    sql`SELECT * FROM users WHERE id > ${1}`,
  );
  const diff: unknown[] = [];
  for await (const { kind, changed } of dev.diffRows()) diff.push([kind, changed]);
  await dev.mergeInto("main");
  let streamed = 0;
  const numbers = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 50000) SELECT n FROM c";
  for await (const { n } of await client.sql.stream<{ n: bigint }>(numbers)) streamed += Number(n);
  const left = await client.sql.stream<{ n: bigint }>(numbers);
  for await (const { n } of left) if (n === 3n) break;
  const file = await client.branches.download("main");
  const parts: Uint8Array[] = [];
  for await (const part of file.bytes) parts.push(part.slice());
  const copy = await client.branches.upload("copy", new Blob(parts as Uint8Array<ArrayBuffer>[]));
  const stranger = new HeliosDBClient({ baseUrl: url, apiKey: "wrong" });
  const nobody = new HeliosDBClient({ baseUrl: elsewhere, retry: { attempts: 1 } });
  const result = {
    read: read.rows.map(({ id, name, photo }) => [String(id), name, [...photo]]),
    diff,
    streamed,
    file: new TextDecoder().decode(parts[0]!.subarray(0, 15)),
    copied: copy.stats.rows,
    requestIds: requestIds.every((id) => typeof id === "string" && id.startsWith("req_")),
    notFound: await codeOf(client.branches.get("nope")),
    unauthorized: await codeOf(stranger.branches.list()),
    notOurs: await codeOf(nobody.branches.list()),
    timeout: await codeOf(
      client.sql.query(`${numbers.replace("50000", "1e9")} LIMIT 1 OFFSET 99999999`, {
        requestTimeoutMs: 100,
        timeoutMs: 500,
      }),
    ),
    aborted: await codeOf(client.sql.query("SELECT 1", { signal: AbortSignal.abort(new Error("enough")) })),
    noFiles: await codeOf(client.branches.downloadTo("main", "x.db")),
    connections: await codeOf((async () => new HeliosDBClient({ baseUrl: url, connections: 4 }))()),
  };
  await client.close();
  return { ...result, closed: await codeOf(client.branches.list()) };
}

const page = globalThis as unknown as Page;
run(page.config).then(
  (result) => {
    page.result = result;
  },
  (error) => {
    page.result = { failed: error instanceof Error ? error.stack : String(error) };
  },
);
