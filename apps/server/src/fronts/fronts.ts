import type { ChildProcess } from "node:child_process";
import type { Follower } from "../auth/generation.js";
import type { CertificateText } from "../front/protocol.js";
import type { FrontFigures } from "../metrics/front-families.js";
import { FrontSlot, type SlotParts } from "./front-slot.js";

/** The processes that accept connections. */
export class Fronts implements Follower {
  private readonly slots: readonly FrontSlot[];

  /** @param children processes that are to become fronts */
  constructor(
    private readonly children: readonly ChildProcess[],
    parts: SlotParts,
  ) {
    this.slots = children.map((_, index) => new FrontSlot(index + 1, parts));
  }

  /** Resolves when all accept connections. */
  async start(): Promise<void> {
    await Promise.all(this.slots.map((slot, index) => slot.start(this.children[index]!)));
  }

  async forget(generation: number): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.forget(generation)));
  }

  async useCertificate(certificate: CertificateText): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.useCertificate(certificate)));
  }

  /** Resolves when all counts are those of now, as far as the fronts tell them. */
  async count(): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.count()));
  }

  /** Requests in hand that fronts answer themselves. */
  get inFlight(): number {
    return this.slots.reduce((sum, { latest }) => sum + (latest?.inFlight ?? 0), 0);
  }

  get states(): readonly FrontFigures[] {
    return this.slots.map(({ ready, restarts, cpuSeconds, latest }) => ({
      isReady: ready,
      restarts,
      cpuSeconds: cpuSeconds + (latest?.cpuSeconds ?? 0),
      residentBytes: latest?.residentBytes ?? 0,
    }));
  }

  /** Lets them finish what they have in hand, and resolves when all have ended. */
  async end(): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.end()));
  }
}
