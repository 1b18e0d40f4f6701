import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A connection through the link; `there` is null until the other end is asked for it. */
interface Pair {
  readonly here: Socket;
  there: Socket | null;
  isOver: boolean;
}

/** The way to a port of this machine, which can be cut: then nothing comes through, not even that an end has gone. */
export class Link {
  readonly #pairs = new Set<Pair>();
  readonly #server: Server;
  #isCut = false;

  private constructor(private readonly target: number) {
    this.#server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (here) => this.#accept(here));
  }

  static async to(target: number): Promise<Link> {
    const link = new Link(target);
    link.#server.listen(0, "127.0.0.1");
    await once(link.#server, "listening");
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  cut(): void {
    this.#isCut = true;
    for (const { here, there } of this.#pairs) {
      here.unpipe().pause();
      there?.unpipe().pause();
    }
  }

  /** What was sent meanwhile arrives now, as it does where a network is repaired. */
  mend(): void {
    this.#isCut = false;
    for (const pair of this.#pairs) this.#join(pair);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const pair of this.#pairs) this.#end(pair);
    await closed;
  }

  #accept(here: Socket): void {
    const pair: Pair = { here, there: null, isOver: false };
    this.#pairs.add(pair);
    this.#watch(here, pair);
    if (!this.#isCut) this.#join(pair);
  }

  #join(pair: Pair): void {
    if (pair.isOver) {
      this.#end(pair);
      return;
    }
    if (pair.there === null) {
      pair.there = connect({ port: this.target, host: "127.0.0.1", allowHalfOpen: true });
      this.#watch(pair.there, pair);
    }
    pair.here.pipe(pair.there).pipe(pair.here);
  }

  #watch(socket: Socket, pair: Pair): void {
    socket.setNoDelay(true).on("error", () => {});
    socket.once("close", () => {
      pair.isOver = true;
      if (!this.#isCut) this.#end(pair);
    });
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.here.destroy();
    pair.there?.destroy();
  }
}
