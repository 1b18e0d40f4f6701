import { Injectable } from "@nestjs/common";
import type { Caller } from "../auth/caller.js";
import type { Identity } from "../auth/identity.js";
import { ApiError } from "../errors/api-error.js";
import type { BackupInfo } from "./backup-info.js";
import { BackupStore } from "./backup-store.js";

@Injectable()
export class BackupsService {
  constructor(private readonly store: BackupStore) {}

  async create({ identity }: Caller, name: string | undefined): Promise<BackupInfo> {
    onlyServer(identity);
    return this.store.make(name);
  }

  async list({ identity }: Caller): Promise<readonly BackupInfo[]> {
    onlyServer(identity);
    return this.store.list();
  }
}

/** A backup holds what every tenant has. */
function onlyServer(identity: Identity): void {
  if (!identity.isServer) throw new ApiError("FORBIDDEN", "Backups are made with the server's own key (k_admin)");
}
