import { lookup } from "node:dns/promises";
import net, { isIP } from "node:net";
import { getSystemErrorName } from "node:util";

/** A socket in libuv's hands, which Node does not document but its cluster module uses in the same way. */
export interface Handle {
  getsockname(into: { port?: number }): number;
  close(): void;
}

type CreateHandle = (address: string, port: number, type: 4 | 6, fd: undefined, flags: 0) => Handle | number;

const createHandle = (net as unknown as { readonly _createServerHandle: CreateHandle })._createServerHandle;

/** Sockets that are bound, and on which this process does not listen: whoever listens on them gets the connections. */
export class ListeningSocket {
  private constructor(
    readonly handles: readonly Handle[],
    readonly port: number,
  ) {}

  /** `localhost` is all its addresses, as for Fastify. Rejects as `listen` does. */
  static async bind(host: string, port: number): Promise<ListeningSocket> {
    const found = await lookup(host, { all: true });
    const [first, ...others] = [...new Set(found.map(({ address }) => address))];
    const handle = bindOne(first!, port, host);
    const bound = portOf(handle);
    const handles = [handle];
    if (host === "localhost") {
      for (const address of others) {
        try {
          const another = bindOne(address, bound, host);
          portOf(another);
          handles.push(another);
        } catch {
          // The first one is enough: this machine may have no such address.
        }
      }
    }
    return new ListeningSocket(handles, bound);
  }

  close(): void {
    for (const handle of this.handles) handle.close();
  }
}

function bindOne(address: string, port: number, host: string): Handle {
  const handle = createHandle(address, port, isIP(address) === 6 ? 6 : 4, undefined, 0);
  if (typeof handle === "number") throw listenError(handle, host, port);
  const code = handle.getsockname({});
  if (code !== 0) {
    handle.close();
    throw listenError(code, host, port);
  }
  return handle;
}

function portOf(handle: Handle): number {
  const name: { port?: number } = {};
  handle.getsockname(name);
  return name.port!;
}

function listenError(errno: number, host: string, port: number): Error {
  const code = getSystemErrorName(errno);
  const why = code === "EADDRINUSE" ? "address already in use" : "the address can't be used";
  return Object.assign(new Error(`listen ${code}: ${why} ${host}:${port}`), { code });
}
