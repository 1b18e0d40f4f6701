import { createHash } from "node:crypto";
import type { LastWrite } from "@heliosdb/port";
import type { Stream } from "./stream.js";

/** How the baton of a stream begins that has no transaction. */
export const FREE = "a";

/** What such a stream has beside its texts. */
export interface FreeState {
  readonly foreignKeys: boolean;
  readonly lastWrite: LastWrite;
}

/**
 * The baton of a stream without a transaction. All that is left of the stream is in it, so nobody need keep it. Who makes
 * one up tells lies to himself alone.
 * @param kept tells it from others, where the stream is kept for its texts
 */
export function freeBaton(stream: Stream, kept: string | null): string {
  const { foreignKeys, lastWrite } = stream;
  const { changes, totalChanges, rowid } = lastWrite;
  const state = JSON.stringify([bindingOf(stream), foreignKeys, changes, totalChanges, rowid.toString()]);
  return `${FREE}${Buffer.from(state).toString("base64url")}${kept === null ? "" : `.${kept}`}`;
}

/** Null for a baton that says nothing. `isOthers`: it was given at another address, or to another credential. */
export function readFreeBaton(baton: string, fresh: Stream): (FreeState & { readonly isOthers: boolean }) | null {
  const [state = ""] = baton.slice(FREE.length).split(".");
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(state, "base64url").toString());
  } catch {
    return null;
  }
  if (!Array.isArray(parsed)) return null;
  const [binding, foreignKeys, changes, totalChanges, rowid] = parsed as readonly unknown[];
  if (!isCount(changes) || !isCount(totalChanges) || typeof rowid !== "string" || !/^-?\d{1,19}$/.test(rowid))
    return null;
  const lastWrite = { changes, totalChanges, rowid: BigInt.asIntN(64, BigInt(rowid)) };
  return { foreignKeys: foreignKeys !== false, lastWrite, isOthers: binding !== bindingOf(fresh) };
}

function bindingOf({ owner, place }: Stream): string {
  return createHash("sha256")
    .update(JSON.stringify([owner, place]))
    .digest("base64url")
    .slice(0, 16);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
