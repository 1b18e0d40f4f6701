import { ApiError } from "../errors/api-error.js";

/** Bodies that are read before it is known whose they are. */
export interface UnverifiedLimits {
  readonly bodies: number;
  /** Of them, from one address. */
  readonly perAddress: number;
  readonly bytes: number;
}

export const UNVERIFIED_LIMITS: UnverifiedLimits = { bodies: 256, perAddress: 64, bytes: 64 * 1024 * 1024 };

/** One of them. */
export interface UnverifiedHold {
  /** Counts bytes that have arrived. Throws OVERLOADED where there are too many in all. */
  add(bytes: number): void;
  /** To be called once it is known whose it is, or gone. Calling it again changes nothing. */
  end(): void;
}

/** Bounds what strangers can make the server hold. */
export class UnverifiedBodies {
  private bodies = 0;
  private bytes = 0;
  private readonly byAddress = new Map<string, number>();

  constructor(private readonly limits: UnverifiedLimits = UNVERIFIED_LIMITS) {}

  /** Throws OVERLOADED. */
  begin(address: string): UnverifiedHold {
    const ofAddress = this.byAddress.get(address) ?? 0;
    if (this.bodies >= this.limits.bodies || ofAddress >= this.limits.perAddress) throw tooMany();
    this.bodies++;
    this.byAddress.set(address, ofAddress + 1);
    let held = 0;
    let isOver = false;
    return {
      add: (bytes) => {
        if (isOver) return;
        // One alone is bounded by the limit of any body.
        if (this.bytes > held && this.bytes + bytes > this.limits.bytes) throw tooMany();
        held += bytes;
        this.bytes += bytes;
      },
      end: () => {
        if (isOver) return;
        isOver = true;
        this.bodies--;
        this.bytes -= held;
        const left = this.byAddress.get(address)! - 1;
        if (left > 0) this.byAddress.set(address, left);
        else this.byAddress.delete(address);
      },
    };
  }
}

function tooMany(): ApiError {
  return new ApiError(
    "OVERLOADED",
    "Too many signed requests are arriving. Try again shortly.",
    {},
    { connection: "close" },
  );
}
