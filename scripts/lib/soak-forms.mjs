/** Number of requests, kills and so on that docs and targets speak of. */
const test = (project, ...files) => ({ project, files });

/**
 * What `npm run soak` can do beside histories: which tests, how often their fault is made if nobody says otherwise (null
 * where there is no such number), and what that shows.
 */
export const FORMS = {
  kills: {
    ...test("e2e", "test/faults/kills.test.ts"),
    times: 1000,
    says: "kills the whole server under write load; all that was acknowledged is there, nothing by half",
  },
  processes: {
    ...test("e2e", "test/faults/processes.test.ts"),
    times: 1000,
    says: "kills writers, readers and fronts, as many of each; nothing is lost, other requests are unharmed",
  },
  mixed: {
    ...test("e2e", "test/faults/mixed.test.ts"),
    times: 1800,
    says: "so many seconds of writes and reads while fronts, workers and clients are killed at random; memory",
  },
  steps: {
    ...test("engine", "test/crash/"),
    times: null,
    says: "a crash at every step of materialise, merge, restore, snapshot, delete and others",
  },
  disk: {
    ...test("e2e", "test/faults/disk.test.ts"),
    times: 1,
    says: "a full and a read-only disk under each kind of request",
  },
  files: {
    ...test("e2e", "test/faults/files.test.ts"),
    times: 1,
    says: "each file of a data folder damaged in each way, also by one corrupt page",
  },
  folders: {
    ...test("engine", "test/recovery/"),
    times: null,
    says: "each file of a database removed, truncated, overwritten, swapped; parts of older folders",
  },
  clients: {
    ...test("e2e", "test/faults/clients.test.ts"),
    times: 1000,
    says: "so many connections, nine in ten of them slow or dead; the others are served, memory is bounded",
  },
  overload: {
    ...test("e2e", "test/faults/overload.test.ts"),
    times: 60,
    says: "so many seconds of more requests than can be served; 503 at once, and one tenant's flood is its own",
  },
  log: {
    ...test("e2e", "test/faults/log.test.ts"),
    times: 600,
    says: "so many seconds of reads that overlap beside writes, with fronts and without; the size of the log",
  },
  transactions: {
    ...test("e2e", "test/faults/transactions.test.ts"),
    times: 1000,
    says: "so many transactions open at once, some abandoned, and the writer killed under the rest; memory",
  },
  journal: {
    ...test("journal", "test/histories/", "test/crash/"),
    times: 1000,
    says: "so many histories with a journal, kills at every step; folders made from its log are the original",
  },
  cell: {
    ...test("cell", "test/nodes"),
    times: 20,
    says: "so many nodes of a cell killed, frozen beyond their lease and stopped, of each; nothing acknowledged is lost",
  },
  compaction: {
    ...test("cell", "test/compact/random"),
    times: 40,
    says: "25 times so many random logs, compacted at random; folders made from base and entries are the originals",
  },
  failover: {
    ...test("e2e", "test/cell/failover.test.ts"),
    times: 115,
    says: "so many faults of a cell and of its store under Patroni, under load: nodes killed, frozen, stopped and cut off, primaries and machines of the store lost",
  },
  tenants: {
    ...test("e2e", "test/cell/tenants.test.ts"),
    times: 50,
    says: "so many of 1,000 tenants of three cells moved while they are used and nodes are killed; nothing is lost",
  },
  store: {
    ...test("engine-host", "test/log.test.ts"),
    more: [test("engine-host-with-store")],
    times: 30,
    says: "so many kills of hosts with a store in PostgreSQL; the host's tests with such hosts",
  },
  suite: {
    ...test("server-in-cell"),
    times: 1,
    says: "the server's whole suite, with each server the active node of a cell of its own in PostgreSQL",
  },
  sizes: {
    ...test("engine-host", "test/memory.test.ts"),
    times: null,
    says: "huge statements, answers, sorts and groups of writes in workers of little memory",
  },
  escapes: {
    ...test("engine", "test/sql/"),
    more: [
      test("server", "test/http/table-limits.test.ts", "test/http/branch-limits.test.ts", "test/http/tenants.test.ts"),
    ],
    times: null,
    says: "SQL that tries to leave its branch, tenant or scope",
  },
};
