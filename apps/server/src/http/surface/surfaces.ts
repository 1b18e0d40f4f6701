import type { Operation } from "./operation.js";
import type { Surface } from "./surface.js";

/** The surfaces of a server. The first one refuses what is nobody's. */
export class Surfaces {
  private readonly byOperation = new Map<Operation, Surface>();

  constructor(readonly all: readonly [Surface, ...Surface[]]) {
    const ids = new Set<string>();
    for (const surface of all) {
      for (const operation of surface.operations) {
        if (ids.has(operation.id)) throw new Error(`two operations are called ${operation.id}`);
        ids.add(operation.id);
        this.byOperation.set(operation, surface);
      }
    }
  }

  get first(): Surface {
    return this.all[0];
  }

  /** Throws where a controller handles an operation that no surface lists. */
  ofOperation(operation: Operation): Surface {
    const surface = this.byOperation.get(operation);
    if (!surface) throw new Error(`no surface has the operation ${operation.id}`);
    return surface;
  }

  ofPath(url: string): Surface {
    const path = url.split("?", 1)[0]!;
    return this.all.find((surface) => surface.owns(path)) ?? this.first;
  }

  /** The form of a URL that routes are matched by. */
  canonicalUrl(url: string): string {
    return this.all.reduce((meant, surface) => surface.canonicalUrl?.(meant) ?? meant, url);
  }
}
