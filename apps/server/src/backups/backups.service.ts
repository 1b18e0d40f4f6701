import type { BackupInfo, DatabaseHostPort } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Caller } from "../auth/caller.js";
import type { Identity } from "../auth/identity.js";
import { ApiError } from "../errors/api-error.js";

/** The part of a host that makes backups. */
export abstract class BackupHost implements Pick<DatabaseHostPort, "backup" | "listBackups"> {
  abstract backup(name?: string): Promise<BackupInfo>;
  abstract listBackups(): Promise<readonly BackupInfo[]>;
}

@Injectable()
export class BackupsService {
  constructor(private readonly host: BackupHost) {}

  async create({ identity }: Caller, name: string | undefined): Promise<BackupInfo> {
    onlyServer(identity);
    return this.host.backup(name);
  }

  async list({ identity }: Caller): Promise<readonly BackupInfo[]> {
    onlyServer(identity);
    return this.host.listBackups();
  }
}

/** A backup contains the data of every tenant. */
function onlyServer(identity: Identity): void {
  if (!identity.isServer)
    throw new ApiError("FORBIDDEN", "Only the server's own key (k_admin) can create and list backups.");
}
