import { Injectable } from "@nestjs/common";
import type { Identity } from "../auth/identity.js";
import { ApiError } from "../errors/api-error.js";
import type { Call } from "../http/context/request-context.js";
import type * as operations from "../surfaces/v1/routes/backups/backups.operations.js";
import type { BackupInfo } from "./backup-info.js";
import { BackupStore } from "./backup-store.js";

@Injectable()
export class BackupsService {
  constructor(private readonly store: BackupStore) {}

  async create({ body, identity }: Call<typeof operations.createBackup>): Promise<BackupInfo> {
    onlyServer(identity);
    return this.store.make(body?.name);
  }

  async list({ identity }: Call<typeof operations.listBackups>): Promise<readonly BackupInfo[]> {
    onlyServer(identity);
    return this.store.list();
  }
}

/** A backup holds what every tenant has. */
function onlyServer(identity: Identity): void {
  if (!identity.isServer) throw new ApiError("FORBIDDEN", "Backups are made with the server's own key (k_admin)");
}
