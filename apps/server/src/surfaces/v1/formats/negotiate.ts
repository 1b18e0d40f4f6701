import { DIALECTS, type Dialect } from "../../../errors/error-table.js";
import { Lru } from "../../../util/lru.js";
import { PRESENTERS } from "./presenters.js";

export interface Choice {
  readonly dialect: Dialect;
  /** The Content-Type of the answer: the vendor type when it was asked for by name. */
  readonly contentType: string;
  /** The Content-Type of an answer in lines of JSON, where that was asked for; `contentType` is then that of an error. */
  readonly linesType: string | null;
}

interface Wish {
  readonly choice: Choice;
  readonly quality: number;
  /** How exactly it was asked for: a vendor type beats `application/json`, which beats a wildcard. */
  readonly precision: number;
}

/** Lines of JSON: the dialect is a parameter. */
export const NDJSON = "application/x-ndjson";

/** Chooses the dialect of an answer from the request's Accept header. Never refuses: what fits nothing gets the default. */
export class DialectNegotiator {
  private readonly fallback: Choice;
  private readonly seen = new Lru<string, Choice>(200);
  /** The same for operations that can answer in lines. */
  private readonly seenWithLines = new Lru<string, Choice>(200);

  constructor(defaultDialect: Dialect) {
    this.fallback = { dialect: defaultDialect, contentType: "application/json; charset=utf-8", linesType: null };
  }

  choose(accept: string | undefined, hasLines = false): Choice {
    if (accept === undefined || accept === "*/*" || accept === "application/json") return this.fallback;
    const seen = hasLines ? this.seenWithLines : this.seen;
    const known = seen.get(accept);
    if (known) return known;
    const choice = this.negotiate(accept, hasLines);
    if (accept.length <= 200) seen.set(accept, choice);
    return choice;
  }

  private negotiate(accept: string, hasLines: boolean): Choice {
    let best: Wish | undefined;
    for (const entry of accept.slice(0, 4096).split(",")) {
      const wish = this.wish(entry, hasLines);
      if (!wish || wish.quality <= 0) continue;
      const better =
        !best || wish.quality > best.quality || (wish.quality === best.quality && wish.precision > best.precision);
      if (better) best = wish;
    }
    return best?.choice ?? this.fallback;
  }

  private wish(entry: string, hasLines: boolean): Wish | undefined {
    const [type = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
    const quality = /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(q) ? Number(q) : 1;
    for (const dialect of DIALECTS) {
      const { mediaType } = PRESENTERS[dialect];
      if (type === mediaType)
        return { choice: { dialect, contentType: mediaType, linesType: null }, quality, precision: 3 };
    }
    if (type === NDJSON && hasLines) {
      const choice = this.linesIn(parameters);
      return choice && { choice, quality, precision: 3 };
    }
    if (type === "application/json") return { choice: this.fallback, quality, precision: 2 };
    if (type === "application/*" || type === "*/*") return { choice: this.fallback, quality, precision: 1 };
    return undefined;
  }

  /** Undefined for a dialect that there is not. */
  private linesIn(parameters: readonly string[]): Choice | undefined {
    const named = parameters.find((parameter) => parameter.startsWith("dialect="));
    if (named === undefined) return { ...this.fallback, linesType: NDJSON };
    const word = named.slice("dialect=".length).replace(/^"(.*)"$/, "$1");
    const dialect = DIALECTS.find((known) => known === word);
    return (
      dialect && { dialect, contentType: PRESENTERS[dialect].mediaType, linesType: `${NDJSON}; dialect=${dialect}` }
    );
  }
}
