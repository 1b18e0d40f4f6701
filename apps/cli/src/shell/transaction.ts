import { HeliosDBError } from "@heliosdb/client";
import { UsageError } from "../errors/exit-codes.js";
import { note } from "../output/writer.js";
import { placeText } from "./settings.js";
import type { Shell } from "./shell.js";

/** People think between statements: the longest times that the server allows. */
const IDLE_MS = 60_000;
const MAX_MS = 300_000;
const RENEW_EVERY_MS = 20_000;

/** Codes that say that the server has rolled the transaction back. */
const OVER: readonly string[] = [
  "TRANSACTION_EXPIRED",
  "TRANSACTION_LOST",
  "TRANSACTION_ABORTED",
  "TRANSACTION_NOT_FOUND",
];

const MODES: { readonly [word: string]: "read" | "deferred" | "write" } = {
  "": "write",
  IMMEDIATE: "write",
  EXCLUSIVE: "write",
  DEFERRED: "deferred",
  READONLY: "read",
};

/** Runs BEGIN, COMMIT, END or ROLLBACK. False for any other statement. */
export async function runTransactionStatement(shell: Shell, sql: string): Promise<boolean> {
  const words = sql
    .replace(/;\s*$/, "")
    .trim()
    .toUpperCase()
    .split(/\s+/)
    .filter((word) => word !== "TRANSACTION" && word !== "WORK");
  const [verb = "", ...rest] = words;
  if (verb === "BEGIN") {
    const mode = MODES[rest.join(" ")];
    if (mode === undefined) {
      throw new UsageError(`Expected BEGIN, BEGIN DEFERRED or BEGIN READONLY, got "${sql.trim()}".`);
    }
    await begin(shell, mode);
    return true;
  }
  if (rest.length > 0 || !["COMMIT", "END", "ROLLBACK"].includes(verb)) return false;
  await end(shell, verb === "ROLLBACK" ? "roll back" : "commit");
  return true;
}

async function begin(shell: Shell, mode: "read" | "deferred" | "write"): Promise<void> {
  const { client, settings } = shell;
  const { branch, asOf } = settings;
  if (settings.transaction) throw new UsageError("A transaction is open. COMMIT or ROLLBACK ends it.");
  if (asOf !== undefined && mode !== "read") {
    throw new UsageError(
      "Only reads take a point in time. BEGIN READONLY reads there; \\asof now returns to the present.",
    );
  }
  const { id } = await client.transactions.begin(branch, { mode, asOf, idleMs: IDLE_MS, maxMs: MAX_MS });
  const timer = setInterval(() => {
    // If that fails, the next statement says so.
    client.transactions.renew(branch, id, { idleMs: IDLE_MS }).catch(() => {});
  }, RENEW_EVERY_MS);
  timer.unref();
  settings.transaction = { id, branch, stop: () => clearInterval(timer) };
  note(`BEGIN: a transaction on ${placeText(settings)}, for at most ${MAX_MS / 60_000} minutes`);
}

async function end(shell: Shell, how: "commit" | "roll back"): Promise<void> {
  const { client, settings } = shell;
  const open = settings.transaction;
  if (!open) throw new UsageError("No transaction is open. BEGIN begins one.");
  shell.forgetNames();
  if (how === "roll back") {
    forget(shell);
    await client.transactions.rollBack(open.branch, open.id);
    note("ROLLBACK: nothing was written");
    return;
  }
  try {
    const { changed, scn } = await client.transactions.commit(open.branch, open.id);
    note(changed ? `COMMIT: ${open.branch} is at scn ${scn}` : "COMMIT: nothing was changed");
  } finally {
    forget(shell);
  }
}

/** Forgets a transaction that is over, as an error of one of its statements says. */
export function noteEnd(shell: Shell, error: unknown): void {
  if (error instanceof HeliosDBError && OVER.includes(error.code)) forget(shell);
}

/** At the end of the shell, nothing is left open on the server. */
export async function abandonTransaction(shell: Shell): Promise<void> {
  const open = shell.settings.transaction;
  if (!open) return;
  forget(shell);
  await shell.client.transactions.rollBack(open.branch, open.id).catch(() => {});
  note("The open transaction was rolled back.");
}

/** Throws while a transaction is open: it stays on its branch, and in the present. */
export function refuseInTransaction({ settings }: Shell): void {
  if (settings.transaction) throw new UsageError("A transaction is open. COMMIT or ROLLBACK first.");
}

function forget({ settings }: Shell): void {
  settings.transaction?.stop();
  settings.transaction = undefined;
}
