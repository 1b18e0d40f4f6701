import { LRUCache } from "lru-cache";
import type { Credential } from "../auth/credential.js";
import { sha256 } from "../util/ids.js";
import { nowSeconds } from "../util/time.js";
import type { KnownCaller, WhoIs } from "./protocol.js";

const CACHE_BYTES = 16 * 1024 * 1024;
const ENTRY_BYTES = 2048;
/** No credential that holds is longer. */
const LONGEST = 16_384;
/** Questions to main under way. */
const MOST_ASKED = 256;

/** Remembers who main said that a credential is. */
export class Callers {
  private readonly known = new LRUCache<string, KnownCaller>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ identity }) => ENTRY_BYTES + 2 * identity.rateKey.length,
  });
  private readonly asked = new Map<string, Promise<KnownCaller | null>>();

  constructor(
    public generation: number,
    private readonly whoIs: (credentials: readonly Credential[]) => Promise<WhoIs>,
  ) {}

  /** Whom these credentials stand for: at once if that is known, else as a promise. Null where only main can tell. */
  find(credentials: readonly Credential[]): KnownCaller | null | Promise<KnownCaller | null> {
    const text = credentials.map(({ kind, secret }) => `${kind}:${secret}`).join("\n");
    if (text.length > LONGEST) return null;
    // No secret stays in memory as a key.
    const digest = sha256(text);
    const known = this.known.get(digest);
    if (known && (known.until === null || nowSeconds() < known.until)) return known;
    return this.asked.get(digest) ?? this.ask(digest, credentials);
  }

  /** Whoever was known before is looked up again. */
  forget(generation: number): void {
    this.generation = generation;
    this.known.clear();
    this.asked.clear();
  }

  private ask(digest: string, credentials: readonly Credential[]): null | Promise<KnownCaller | null> {
    if (this.asked.size >= MOST_ASKED) return null;
    const asking = this.whoIs(credentials)
      .then(({ generation, who }) => {
        if (generation !== this.generation) return null;
        if (who) this.known.set(digest, who);
        return who;
      })
      .catch(() => null)
      .finally(() => {
        if (this.asked.get(digest) === asking) this.asked.delete(digest);
      });
    this.asked.set(digest, asking);
    return asking;
  }
}
