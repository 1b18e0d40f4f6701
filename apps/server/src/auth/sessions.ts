import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import { LessThan, type Repository } from "typeorm";
import type { Catalog } from "../catalog/catalog.js";
import { SessionEntity } from "../catalog/session.entity.js";
import { sha256 } from "../util/ids.js";
import type { KeySecret } from "./jwt-manager.js";
import { bindingOf, Session } from "./session.js";

/** Sessions of one API key. One more ends the one that has been out of use for the longest time. */
export const MAX_SESSIONS = 100;
/** Sessions that are remembered at once; the others are read from the catalog when they are used. */
const REMEMBERED = 20_000;
/** The end in the catalog is at most this part of the timeout behind. */
const BEHIND = 10;
const FORM = /^hs_[A-Za-z0-9_-]{43}$/;

/** A session with the text that is shown once. */
export interface OpenedSession {
  readonly session: Session;
  readonly secret: string;
}

/**
 * Sessions of API keys. A session ends when it has not been used for a time. Its end slides in memory, and is written
 * only when the one in the catalog is a tenth of that time behind: so a use costs no write, and what a crash loses can
 * only make a session shorter.
 */
export class Sessions {
  private readonly live = new LRUCache<string, Session>({
    max: REMEMBERED,
    dispose: (session) => {
      session.forget();
      this.write(session);
      this.kept.delete(session.id);
    },
  });
  /** The ends that the catalog has, of the sessions that are remembered. */
  private readonly kept = new Map<string, number>();
  private lastWrite: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly catalog: Catalog,
    private readonly timeoutMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** @param keyHash SHA-256 of the key that logs in */
  async open(key: KeySecret, keyHash: string): Promise<OpenedSession> {
    const secret = `hs_${randomBytes(32).toString("base64url")}`;
    const now = Date.now();
    const row: SessionEntity = {
      id: sha256(secret),
      keyId: key.id,
      generation: key.generation,
      binding: bindingOf(secret, keyHash),
      createdAt: now,
      expiresAt: now + this.timeoutMs,
    };
    const ended = await this.rows(async (rows) => {
      // The end in memory may be later than the one in the catalog, but not by a whole timeout.
      await rows.delete({ expiresAt: LessThan(now - this.timeoutMs) });
      const others = await rows.findBy({ keyId: key.id });
      const surplus = others
        .toSorted((a, b) => this.endOf(a) - this.endOf(b))
        .slice(0, Math.max(0, others.length + 1 - MAX_SESSIONS))
        .map(({ id }) => id);
      if (surplus.length > 0) await rows.delete(surplus);
      await rows.insert(row);
      return surplus;
    });
    for (const id of ended) this.drop(id);
    return { session: this.remember(row), secret };
  }

  /** The session of a secret that has not ended; at once where it is remembered. */
  find(secret: string): Session | null | Promise<Session | null> {
    if (!FORM.test(secret)) return null;
    const id = sha256(secret);
    const known = this.live.get(id);
    if (known) return known.isLive ? known : null;
    return this.read(id);
  }

  /** Writes every end that the catalog does not have yet. */
  async flush(): Promise<void> {
    for (const session of this.live.values()) this.write(session);
    await this.lastWrite;
  }

  private async read(id: string): Promise<Session | null> {
    // A session that has just been forgotten may have an end that is on its way.
    await this.lastWrite;
    const row = await this.rows((rows) => rows.findOneBy({ id }));
    // Another request may have read it meanwhile.
    const session = row && (this.live.get(id) ?? this.remember(row));
    return session?.isLive ? session : null;
  }

  private remember(row: SessionEntity): Session {
    const { id, keyId, generation, binding, expiresAt } = row;
    const facts = { id, key: { id: keyId, generation }, binding, expiresAt };
    const session = new Session(facts, this.timeoutMs, (used) => this.slid(used));
    this.kept.set(id, expiresAt);
    this.live.set(id, session);
    return session;
  }

  private drop(id: string): void {
    this.kept.delete(id);
    this.live.delete(id);
  }

  private slid(session: Session): void {
    const kept = this.kept.get(session.id) ?? 0;
    if (session.end - kept >= this.timeoutMs / BEHIND) this.write(session);
  }

  private write({ id, end }: Session): void {
    const kept = this.kept.get(id);
    if (kept === undefined || end <= kept) return;
    this.kept.set(id, end);
    const written = this.rows((rows) => rows.update({ id }, { expiresAt: end }));
    // The session then ends sooner after a restart, which is no reason to refuse the request that used it.
    this.lastWrite = Promise.all([this.lastWrite, written]).catch(this.onError);
  }

  private endOf({ id, expiresAt }: SessionEntity): number {
    return this.live.peek(id)?.end ?? expiresAt;
  }

  private rows<T>(work: (rows: Repository<SessionEntity>) => Promise<T>): Promise<T> {
    return this.catalog.of(SessionEntity, work);
  }
}
