import { LRUCache } from "lru-cache";
import { DIALECTS, type Dialect } from "../dialect/dialects.js";
import { PRESENTERS } from "./presenters.js";
import { V1Format } from "./v1-format.js";

interface Wish {
  readonly format: V1Format;
  readonly quality: number;
  /** How specific the match is: a vendor type beats `application/json`, which beats a wildcard. */
  readonly precision: number;
}

/** Streamed rows: the dialect is a parameter. */
export const NDJSON = "application/x-ndjson";
const JSON_TYPE = "application/json; charset=utf-8";
const LONGEST_KEPT = 200;
const CACHE_BYTES = 64 * 1024;

/**
 * Chooses the format of a response by the request's Accept header. Never refuses: if nothing matches, the default is
 * used.
 */
export class FormatNegotiator {
  private readonly fallback: V1Format;
  private readonly fallbackRows: V1Format;
  private readonly vendor: ReadonlyMap<string, V1Format>;
  private readonly rows: ReadonlyMap<string, V1Format>;
  private readonly seen = newCache();
  /** The same for operations whose rows can be streamed. */
  private readonly seenWithRows = newCache();

  constructor(defaultDialect: Dialect) {
    const all = DIALECTS.map((dialect) => ({ dialect, mediaType: PRESENTERS[dialect].mediaType }));
    this.fallback = new V1Format(defaultDialect, JSON_TYPE, null);
    this.fallbackRows = new V1Format(defaultDialect, JSON_TYPE, NDJSON);
    this.vendor = new Map(all.map(({ dialect, mediaType }) => [mediaType, new V1Format(dialect, mediaType, null)]));
    this.rows = new Map(
      all.map(({ dialect, mediaType }) => {
        return [dialect, new V1Format(dialect, mediaType, `${NDJSON}; dialect=${dialect}`)];
      }),
    );
  }

  choose(accept: string | undefined, streamsRows = false): V1Format {
    if (accept === undefined || accept === "*/*" || accept === "application/json") return this.fallback;
    const seen = streamsRows ? this.seenWithRows : this.seen;
    const known = seen.get(accept);
    if (known) return known;
    const format = this.negotiate(accept, streamsRows);
    if (accept.length <= LONGEST_KEPT) seen.set(accept, format);
    return format;
  }

  private negotiate(accept: string, streamsRows: boolean): V1Format {
    let best: Wish | undefined;
    for (const entry of accept.slice(0, 4096).split(",")) {
      const wish = this.wish(entry, streamsRows);
      if (!wish || wish.quality <= 0) continue;
      const better =
        !best || wish.quality > best.quality || (wish.quality === best.quality && wish.precision > best.precision);
      if (better) best = wish;
    }
    return best?.format ?? this.fallback;
  }

  private wish(entry: string, streamsRows: boolean): Wish | undefined {
    const [type = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
    const quality = /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(q) ? Number(q) : 1;
    const vendor = this.vendor.get(type);
    if (vendor) return { format: vendor, quality, precision: 3 };
    if (type === NDJSON && streamsRows) {
      const format = this.rowsIn(parameters);
      return format && { format, quality, precision: 3 };
    }
    if (type === "application/json") return { format: this.fallback, quality, precision: 2 };
    if (type === "application/*" || type === "*/*") return { format: this.fallback, quality, precision: 1 };
    return undefined;
  }

  /** Undefined for an unknown dialect. */
  private rowsIn(parameters: readonly string[]): V1Format | undefined {
    const named = parameters.find((parameter) => parameter.startsWith("dialect="));
    if (named === undefined) return this.fallbackRows;
    return this.rows.get(named.slice("dialect=".length).replace(/^"(.*)"$/, "$1"));
  }
}

function newCache(): LRUCache<string, V1Format> {
  return new LRUCache({ maxSize: CACHE_BYTES, sizeCalculation: (_, accept) => 2 * accept.length + 100 });
}
