import type { Retention } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Caller } from "../auth/caller.js";

@Injectable()
export class RetentionService {
  get({ database }: Caller): Promise<Retention> {
    return database.getRetention({});
  }

  /** Absent fields are left unchanged. */
  set({ database }: Caller, change: Partial<Retention>): Promise<Retention> {
    return database.setRetention(change);
  }
}
