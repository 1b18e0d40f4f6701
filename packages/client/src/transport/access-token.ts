import { HeliosDBError } from "./errors.js";

/** A JWT, or a function that gives one. */
export type TokenSource = string | (() => string | Promise<string>);

type Send<T> = (authorization: { readonly authorization?: string }) => Promise<T>;

/** The token of a client, which is asked for when it is needed and again when the server refuses it. */
export class AccessToken {
  readonly #source: TokenSource | undefined;
  #current: Promise<string> | undefined;

  constructor(source: TokenSource | undefined) {
    this.#source = source;
  }

  /**
   * Sends something with the token. If the server refuses one that a function gave, it has done nothing: then it is sent
   * once more, with the next.
   */
  async with<T>(send: Send<T>, refused: (error: HeliosDBError) => void): Promise<T> {
    if (this.#source === undefined) return send({});
    if (typeof this.#source === "string") return send(bearer(this.#source));
    const used = this.#get(this.#source);
    const token = await used;
    try {
      return await send(bearer(token));
    } catch (error) {
      if (!(error instanceof HeliosDBError) || error.status !== 401) throw error;
      refused(error);
      // Calls that were refused together get one new token.
      if (this.#current === used) this.#current = undefined;
      return send(bearer(await this.#get(this.#source)));
    }
  }

  #get(source: () => string | Promise<string>): Promise<string> {
    if (this.#current !== undefined) return this.#current;
    const next = Promise.resolve().then(source).then(checked);
    this.#current = next;
    next.catch(() => {
      if (this.#current === next) this.#current = undefined;
    });
    return next;
  }
}

function checked(token: string): string {
  if (typeof token === "string" && token !== "") return token;
  throw new TypeError("The function that gives the token gave none. Expected a JWT.");
}

function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}
