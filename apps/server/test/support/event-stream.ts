import { get, type IncomingMessage } from "node:http";
import { KEYS } from "./server.js";

export interface Message {
  readonly id?: string;
  readonly event?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies field by field
  readonly data?: any;
}

/** A client of a stream of events, which has everything that has come. It has its connection to itself. */
export class EventClient {
  readonly messages: Message[] = [];
  isOver = false;
  private waiting: (() => void) | null = null;

  private constructor(readonly response: IncomingMessage) {
    void this.read().catch(() => {});
  }

  static async open(
    server: { url: string },
    query = "",
    options: { readonly key?: string; readonly token?: string; readonly lastEventId?: string } = {},
  ): Promise<EventClient> {
    const { key = KEYS.admin, token, lastEventId } = options;
    const headers = {
      ...(token === undefined ? { "x-api-key": key } : { authorization: `Bearer ${token}` }),
      ...(lastEventId !== undefined && { "last-event-id": lastEventId }),
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${server.url}/v1/events${query}`, { headers, agent: false }, resolve).on("error", reject);
    });
    return new EventClient(response);
  }

  /** Events, without messages that only move the position. */
  get events(): Message[] {
    return this.messages.filter(({ data }) => data !== undefined);
  }

  /** Waits for so many events, or for the end. */
  async until(count: number): Promise<Message[]> {
    while (this.events.length < count && !this.isOver) {
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
      });
    }
    return this.events;
  }

  async end(): Promise<Message | undefined> {
    await this.until(Number.POSITIVE_INFINITY);
    return this.events.at(-1);
  }

  close(): void {
    this.response.destroy();
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for await (const chunk of this.response) {
        rest += decoder.decode(chunk as Buffer, { stream: true });
        const parts = rest.split("\n\n");
        rest = parts.pop()!;
        for (const part of parts) this.messages.push(messageOf(part));
        this.waiting?.();
      }
    } finally {
      this.isOver = true;
      this.waiting?.();
    }
  }
}

function messageOf(text: string): Message {
  const lines = text.split("\n").filter((line) => !line.startsWith(":"));
  const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)));
  return { ...fields, ...(fields.data !== undefined && { data: JSON.parse(fields.data) }) };
}
