import { named, objectOf, optional, text } from "../../../../schema/index.js";
import { operation } from "../../operation/operation.js";

const TAG = "Backups";

export const createBackup = operation({
  id: "createBackup",
  method: "POST",
  path: "/v1/backups",
  tag: TAG,
  summary: "Back up the whole data folder",
  description:
    "Copies every database at a commit, with the server's catalog and secrets, to a new folder among the server's " +
    "backups. Writes continue meanwhile. A server started on that folder has everything that was acknowledged before " +
    "this request was sent. The response comes when the copy is complete and durable. Only for the server's own key.",
  access: "admin",
  rate: "heavy",
  status: 201,
  body: named(
    "CreateBackupRequest",
    objectOf({
      name: optional(
        text({
          pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$",
          description: "Name of the folder. Default: the current time.",
          example: "before-upgrade",
        }),
      ),
    }),
  ),
  bodyOptional: true,
  view: "backup",
  errors: ["BACKUP_EXISTS", "BACKUP_RUNNING", "WORKER_LOST"],
});

export const listBackups = operation({
  id: "listBackups",
  method: "GET",
  path: "/v1/backups",
  tag: TAG,
  summary: "List backups",
  description: "Complete backups, newest first. Only for the server's own key.",
  access: "admin",
  rate: "read",
  view: "backupList",
});
