import { Link } from "../../packages/store/test/support/link.js";

/** One node's ways to the servers of its store. */
export class StoreLinks {
  private constructor(
    private readonly links: ReadonlyMap<number, Link>,
    private readonly urlAt: (port: number) => string,
  ) {}

  /**
   * @param ports of the servers
   * @param urlAt a server's address at another port
   */
  static async to(ports: readonly number[], urlAt: (port: number) => string): Promise<StoreLinks> {
    const links = new Map<number, Link>();
    for (const port of ports) links.set(port, await Link.to(port));
    return new StoreLinks(links, urlAt);
  }

  get urls(): readonly string[] {
    return [...this.links.values()].map(({ port }) => this.urlAt(port));
  }

  /** Cuts the way to the server at a port, or to all. */
  cut(port?: number): void {
    for (const link of this.#chosen(port)) link.cut();
  }

  mend(port?: number): void {
    for (const link of this.#chosen(port)) link.mend();
  }

  async close(): Promise<void> {
    await Promise.all([...this.links.values()].map((link) => link.close()));
  }

  #chosen(port?: number): Link[] {
    return [...this.links].filter(([at]) => port === undefined || at === port).map(([, link]) => link);
  }
}
