import { API_KEY } from "../../support/server.js";
import type { Outcomes } from "./outcomes.js";

/** A client gives a request up after this. A node that is frozen, or cut off from its store, is asked for no longer. */
const LIMIT_MS = 3000;

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: read field by field
  readonly body: any;
}

/** Sends each request to one of the nodes, at random. */
export class Client {
  constructor(
    private readonly nodes: () => readonly { readonly name: string; readonly url: string }[],
    private readonly outcomes: Outcomes,
  ) {}

  /** Null where there was no whole response. */
  async send(path: string, body: unknown, key?: string): Promise<Answer | null> {
    const nodes = this.nodes();
    const { name, url } = nodes[Math.floor(Math.random() * nodes.length)]!;
    try {
      const response = await fetch(`${url}/v1/branches/main/${path}`, {
        method: "POST",
        headers: {
          "x-api-key": API_KEY,
          "content-type": "application/json",
          ...(key && { "idempotency-key": key }),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      const answer: Answer = { status: response.status, body: await response.json() };
      this.outcomes.add(name, answer.status === 200 ? "200" : `${answer.status} ${answer.body.code}`);
      return answer;
    } catch (error) {
      const { cause, name: kind } = error as Error & { cause?: { code?: string } };
      this.outcomes.add(name, cause?.code ?? kind);
      return null;
    }
  }
}
