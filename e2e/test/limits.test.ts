import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { MAX_SESSIONS } from "../../apps/server/dist/auth/sessions.js";
import { OPTIONS } from "../../apps/server/dist/config/options.js";
import { BUFFER, SLOW_MS } from "../../apps/server/dist/events/event-stream.js";
import { MOST_STREAMS as MOST_EVENT_STREAMS, MOST_OF_ONE } from "../../apps/server/dist/events/event-streams.js";
import { FEW, LONGEST_MS, MOST_OF_OWNER } from "../../apps/server/dist/front/heads.js";
import { FEW_UNDER_WAY, MOST_UNDER_WAY } from "../../apps/server/dist/front/pass-on.js";
import { LONGEST_BODY } from "../../apps/server/dist/front/short-path.js";
import { BODIES_BYTES } from "../../apps/server/dist/http/body/body-budget.js";
import { BODY_MS } from "../../apps/server/dist/http/body/body-time.js";
import { UNVERIFIED_MS } from "../../apps/server/dist/http/checks/authentication.js";
import { MAX_HEADER_BYTES, MAX_URL } from "../../apps/server/dist/http/checks/url-limits.js";
import { MOST_PER_SECOND } from "../../apps/server/dist/http/logging/access-log.js";
import { MOST_OF_CONNECTION } from "../../apps/server/dist/http/pipeline/line.js";
import { MOST_WAITING as MOST_WAITING_TO_BEGIN } from "../../apps/server/dist/http/pipeline/turns.js";
import { BACKLOG_LIMITS } from "../../apps/server/dist/http/response/response-backlog.js";
import { UNVERIFIED_LIMITS } from "../../apps/server/dist/signatures/unverified-bodies.js";
import { KEPT_SECONDS, MOST_ROWS } from "../../apps/server/dist/signatures/used-nonces.js";
import { MAX_PART_ROWS } from "../../apps/server/dist/surfaces/helium/insert/insert.service.js";
import { MAX_LIMIT } from "../../apps/server/dist/surfaces/helium/routes/schemas/page-query.js";
import { MAX_FILTERS, MAX_FILTERS_LENGTH } from "../../apps/server/dist/surfaces/helium/rows/filter.js";
import { MOST_BYTES } from "../../apps/server/dist/surfaces/libsql/run/whole-rows.js";
import { LONGEST_TEXT, MOST_TEXTS } from "../../apps/server/dist/surfaces/libsql/streams/stream.js";
import { IDLE_MS, MOST_BYTES as MOST_STORED } from "../../apps/server/dist/surfaces/libsql/streams/streams.js";
import { MOST_ROWS as SQLEXEC_ROWS } from "../../apps/server/dist/surfaces/sqlexec/run/statement-runner.js";
import { MOST_IN_GRAPH } from "../../apps/server/dist/surfaces/v1/routes/graph/graph.operations.js";
import { MAX_COPIES, MAX_COPY_BYTES } from "../../packages/engine/dist/clone/clones.js";
import { PLAN_SHARE } from "../../packages/engine/dist/merge/rows/plan-memory.js";
import { SLICE_MS } from "../../packages/engine/dist/retention/prune.js";
import { MAX_FILTER_LENGTH } from "../../packages/engine/dist/sql/filter.js";
import { MOST_TOKENS } from "../../packages/engine/dist/sql/tokenize.js";
import { MOST_LINES } from "../../packages/engine/dist/transaction/open-transaction.js";
import { TEXT_CACHE } from "../../packages/engine/dist/util/text-cache.js";
import { LONGEST_ROW } from "../../packages/engine/dist/values/longest-row.js";
import { DEFAULT_RESULT_BYTES, NAMES_FACTOR } from "../../packages/engine/dist/values/result-size.js";
import { MOST_RESULT_BYTES } from "../../packages/engine/dist/write/group.js";
import { settingsOf } from "../../packages/engine-host/dist/host/options.js";
import { MOST_TRANSFERS } from "../../packages/engine-host/dist/host/transfers.js";
import { MOST_MS, MOST_READS } from "../../packages/engine-host/dist/lane/lane.js";
import { FIRST_SLICE_MS } from "../../packages/engine-host/dist/readers/heavy-queue.js";
import { MOST_HEAVY_PER_DATABASE, MOST_HEAVY_WAITING } from "../../packages/engine-host/dist/readers/pool.js";
import { MOST_WAITING } from "../../packages/engine-host/dist/transactions/limits.js";
import { Maintenance } from "../../packages/engine-host/dist/writers/maintenance.js";
import { MOST_GROUPED, MOST_TEXT } from "../../packages/engine-host/dist/writers/task-queue.js";
import { TRANSACTION_LIMITS } from "../../packages/port/dist/index.js";

const ROOT = resolve(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/reference/limits.md"), "utf8");
const host = settingsOf({ dataDir: "x", defaultDeadlineMs: 1, maxDeadlineMs: 1, maxRows: OPTIONS.maxRows.fallback });

/** The numbers of each row, in the order in which the page has them. */
const LIMITS: Record<string, readonly number[]> = {
  URL: [MAX_URL],
  "URL and headers": [MAX_HEADER_BYTES],
  "`filter`": [MAX_FILTER_LENGTH],
  "JSON body": [OPTIONS.maxBodyBytes.fallback],
  "JSON bodies in memory, from their arrival to the end of the response": [BODIES_BYTES],
  "time for a JSON body to arrive": [BODY_MS],
  "time for the body of a signed request to arrive": [UNVERIFIED_MS],
  "bodies of signed requests that are not verified yet": [
    UNVERIFIED_LIMITS.inAll.bodies,
    UNVERIFIED_LIMITS.inAll.bytes,
    UNVERIFIED_LIMITS.perAddress.bodies,
    UNVERIFIED_LIMITS.perAddress.bytes,
  ],
  "used nonces": [KEPT_SECONDS, MOST_ROWS],
  "imported file": [OPTIONS.maxFileBytes.fallback],
  "Helium: `filters`": [MAX_FILTERS, MAX_FILTERS_LENGTH],
  "Helium: rows of a page": [MAX_LIMIT],
  "Helium: rows of a part in one insert": [MAX_PART_ROWS],
  "sessions of one API key": [MAX_SESSIONS],
  "time without use until a session ends": [OPTIONS.sessionSecs.fallback],
  "SQL script sent to `/db/load`": [OPTIONS.maxBodyBytes.fallback],
  "words, values and symbols of one statement": [MOST_TOKENS],
  "requests of one database in progress": [host.maxQueuedPerDatabase, host.maxQueuedPerDatabase],
  "long queries that wait for others like them": [MOST_HEAVY_WAITING, MOST_HEAVY_PER_DATABASE],
  "requests that wait to be begun, of one tenant or address": [MOST_WAITING_TO_BEGIN, MOST_OF_CONNECTION],
  "requests in the hand of one front": [MOST_UNDER_WAY, FEW_UNDER_WAY + (MOST_UNDER_WAY - FEW_UNDER_WAY) / 2],
  "requests of one tenant that wait in a front for the main process to answer": [MOST_OF_OWNER, FEW, LONGEST_MS / 1000],
  "refusals with a line of their own in the log": [MOST_PER_SECOND],
  "body of a query that a front answers": [LONGEST_BODY],
  "requests of all databases in progress": [host.maxQueued, host.maxQueued],
  "streams of events": [MOST_EVENT_STREAMS, MOST_OF_ONE],
  "events that wait for a client that reads nothing": [BUFFER, SLOW_MS],
  "files being downloaded or imported": [MOST_TRANSFERS],
  "open transactions": [host.maxTransactions, host.maxTransactionsPerOwner],
  "time of a transaction without a request": [TRANSACTION_LIMITS.idleMs.default, TRANSACTION_LIMITS.idleMs.most],
  "time of a transaction in all": [TRANSACTION_LIMITS.totalMs.default, TRANSACTION_LIMITS.totalMs.most],
  "time that a transaction waits for its branch": [TRANSACTION_LIMITS.waitMs.default, TRANSACTION_LIMITS.waitMs.most],
  "time of one request in a transaction": [TRANSACTION_LIMITS.statementMs.default, TRANSACTION_LIMITS.statementMs.most],
  "waiting requests of one transaction": [MOST_WAITING],
  "libSQL: texts of streams between two requests": [MOST_STORED.ofOwner, MOST_STORED.inAll, IDLE_MS],
  "libSQL: texts that a stream stores": [MOST_TEXTS, LONGEST_TEXT],
  "libSQL: rows of one response": [MOST_BYTES],
  "statements of a transaction that the history names": [MOST_LINES],
  "writer processes for databases with open transactions": [host.transactionWriters],
  "rows of one response": [OPTIONS.maxRows.fallback],
  "rows of one response of the SQLExec API": [SQLEXEC_ROWS],
  "rows of one result of `/db/query` and `/db/request`": [OPTIONS.maxRows.fallback],
  "values of one response, including RETURNING": [OPTIONS.maxAnswerBytes.fallback],
  "names of columns of one response, counted in each row": [NAMES_FACTOR],
  "responses of writes that are committed together": [MOST_RESULT_BYTES],
  "responses waiting for slow clients": [BACKLOG_LIMITS.bytes],
  "time in which a client reads nothing of its response": [BACKLOG_LIMITS.idleMs],
  "short reads of one turn of the server process": [MOST_READS, MOST_MS],
  "row of a table that short reads may read": [LONGEST_ROW],
  "branches of a graph": [MOST_IN_GRAPH.branches],
  "groups of commits in a graph": [MOST_IN_GRAPH.groups, MOST_IN_GRAPH.groupsPerBranch],
  "parts of a density": [MOST_IN_GRAPH.buckets],
  "running streams": [host.maxStreams],
  "rows of a stream buffered on the disk": [host.streamSpoolBytes],
  "processes for long queries": [host.heavyReaders, host.heavyReaders - 1, FIRST_SLICE_MS / 1000],
  "JavaScript heap of a worker": [host.workerMemoryMb],
  "prepared statements of a connection": [TEXT_CACHE.texts, TEXT_CACHE.longest, TEXT_CACHE.characters],
  "operations committed together": [MOST_GROUPED, MOST_TEXT],
  "changed rows of one merge": [PLAN_SHARE * 100],
  "sorts, index builds, past states": [],
  "rewound copies of a database": [MAX_COPIES, MAX_COPY_BYTES],
  "open databases of a worker": [host.maxOpenDatabases],
  "one turn of maintenance": [new Maintenance().budgetMs],
  "one slice of removed history": [SLICE_MS],
};

const rows = PAGE.split("\n")
  .filter((line) => /^\| (?!limit|---)/.test(line))
  .map((line) =>
    line
      .split("|")
      .map((cell) => cell.trim())
      .slice(1, -1),
  );

it("the page has every limit with the number that the code has, and no other", () => {
  const found = rows.map(([limit, value]) => [limit, (value!.match(/\d+/g) ?? []).map(Number)]);
  expect(Object.fromEntries(found)).toEqual(LIMITS);
  expect(found).toHaveLength(Object.keys(LIMITS).length);
});

it("settings and errors that it names exist, and so do the tests", () => {
  const settings = new Set(Object.values(OPTIONS).map(({ env }) => env));
  const errors = readFileSync(join(ROOT, "docs/reference/errors.md"), "utf8");
  for (const [limit, , setting, beyond, test] of rows) {
    for (const [, name] of setting!.matchAll(/`(\w+)`/g)) expect([limit, settings.has(name!)]).toEqual([limit, true]);
    for (const [, code] of beyond!.matchAll(/`([A-Z_]+)`/g))
      expect([limit, errors]).toEqual([limit, expect.stringContaining(`\`${code}\``)]);
    expect([limit, existsSync(join(ROOT, test!))]).toEqual([limit, true]);
  }
});

it("one number that two packages have is the same", () => {
  expect(host.maxAnswerBytes).toBe(DEFAULT_RESULT_BYTES);
  expect(OPTIONS.maxAnswerBytes.fallback).toBe(DEFAULT_RESULT_BYTES);
});
