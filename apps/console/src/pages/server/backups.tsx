import type { Backup } from "@heliosdb/client";
import { useQuery } from "@tanstack/react-query";
import { Archive, Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Loading } from "../../parts/states.js";
import { TimeAgo } from "../../parts/time-ago.js";
import { useClient } from "../../session/session.js";
import { bytes } from "../../util/text.js";
import { CreateBackup } from "./dialogs/create-backup.js";

/** Copies of the whole data folder, for the server's own key. */
export function Backups() {
  const client = useClient();
  const [isOpen, setOpen] = useState(false);
  const { data, error, isPending } = useQuery<readonly Backup[]>({
    queryKey: ["backups"],
    queryFn: ({ signal }) => client.backups.list({ signal }),
  });
  return (
    <section className="card table-card" aria-labelledby="server-backups">
      <header className="card-title panel-head">
        <h2 id="server-backups">Backups</h2>
        <Button className="button-small" icon={<Plus size={13} />} onClick={() => setOpen(true)}>
          Make a backup
        </Button>
      </header>
      {error && <ErrorNote error={error} />}
      {isPending && <Loading label="Reading the backups" rows={3} />}
      {data?.length === 0 && (
        <p className="card-text soft">
          <Archive size={14} aria-hidden="true" /> None yet. A backup is a folder with every database, the keys and the
          secrets; reads and writes go on while it is made.
        </p>
      )}
      {data && data.length > 0 && (
        <table className="table">
          <thead>
            <tr>
              <th>Backup</th>
              <th className="number wide-only">Databases</th>
              <th className="number">Size</th>
              <th>Made</th>
            </tr>
          </thead>
          <tbody>
            {data.map(({ name, path, createdAt, databases, sizeBytes }) => (
              <tr key={name}>
                <td className="cell-name">
                  <strong className="clip">{name}</strong>
                  <code className="cell-sub">{path}</code>
                </td>
                <td className="number wide-only">{databases}</td>
                <td className="number nowrap">{bytes(sizeBytes)}</td>
                <td className="nowrap">
                  <TimeAgo date={createdAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {isOpen && <CreateBackup taken={data ?? []} onClose={() => setOpen(false)} />}
    </section>
  );
}
