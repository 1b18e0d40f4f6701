import type { Retention } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Call } from "../http/context/request-context.js";
import type * as operations from "../surfaces/v1/routes/retention/retention.operations.js";

@Injectable()
export class RetentionService {
  get({ database }: Call<typeof operations.getRetention>): Promise<Retention> {
    return database.getRetention();
  }

  set({ database, body }: Call<typeof operations.setRetention>): Promise<Retention> {
    return database.setRetention({
      ...(body.history_seconds !== undefined && { historyMs: millis(body.history_seconds) }),
      ...(body.history_bytes !== undefined && { historyBytes: body.history_bytes }),
      ...(body.deleted_seconds !== undefined && { deletedMs: body.deleted_seconds * 1000 }),
    });
  }
}

function millis(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}
