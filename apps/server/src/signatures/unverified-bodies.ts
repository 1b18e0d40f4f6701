import { ApiError } from "../errors/api-error.js";

interface Amount {
  readonly bodies: number;
  readonly bytes: number;
}

/** Bounds of the bodies that are read before it is known whose they are. */
export interface UnverifiedLimits {
  readonly inAll: Amount;
  readonly perAddress: Amount;
}

export const UNVERIFIED_LIMITS: UnverifiedLimits = {
  inAll: { bodies: 1024, bytes: 64 * 1024 * 1024 },
  perAddress: { bodies: 64, bytes: 16 * 1024 * 1024 },
};

/** One of them. */
export interface UnverifiedHold {
  /** Counts bytes that have arrived. Throws OVERLOADED where there are too many. */
  add(bytes: number): void;
  /** To be called once it is known whose it is, or gone. Calling it again changes nothing. */
  end(): void;
}

class Count {
  bodies = 0;
  bytes = 0;
}

/** Bounds what strangers can make the server hold. */
export class UnverifiedBodies {
  private readonly inAll = new Count();
  private readonly byAddress = new Map<string, Count>();

  constructor(private readonly limits: UnverifiedLimits = UNVERIFIED_LIMITS) {}

  /** Throws OVERLOADED. */
  begin(address: string): UnverifiedHold {
    const { inAll, perAddress } = this.limits;
    const ofAddress = this.byAddress.get(address) ?? new Count();
    if (this.inAll.bodies >= inAll.bodies || ofAddress.bodies >= perAddress.bodies) throw tooMany();
    this.byAddress.set(address, ofAddress);
    const counts = [this.inAll, ofAddress];
    for (const count of counts) count.bodies++;
    let held = 0;
    let isOver = false;
    return {
      add: (bytes) => {
        if (isOver) return;
        if (isBeyond(this.inAll, inAll, held, bytes) || isBeyond(ofAddress, perAddress, held, bytes)) throw tooMany();
        held += bytes;
        for (const count of counts) count.bytes += bytes;
      },
      end: () => {
        if (isOver) return;
        isOver = true;
        for (const count of counts) {
          count.bodies--;
          count.bytes -= held;
        }
        if (ofAddress.bodies === 0) this.byAddress.delete(address);
      },
    };
  }
}

/** A body alone is bounded by the limit of any body. */
function isBeyond({ bytes }: Count, limit: Amount, held: number, more: number): boolean {
  return bytes > held && bytes + more > limit.bytes;
}

function tooMany(): ApiError {
  const headers = { connection: "close" };
  return new ApiError("OVERLOADED", "Too many signed requests are arriving. Try again shortly.", {}, headers);
}
