import { Injectable } from "@nestjs/common";

/** The engine's time, which an embedding program may have moved. Credentials go by the wall clock. */
@Injectable()
export class Clock {
  constructor(private readonly offsetMs: number) {}

  nowMicros(): number {
    return (Date.now() + this.offsetMs) * 1000;
  }
}
