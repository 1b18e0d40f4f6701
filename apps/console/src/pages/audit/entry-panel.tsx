import type { AuditEntry } from "@heliosdb/client";
import { Link } from "@tanstack/react-router";
import { Filter, X } from "lucide-react";
import { IconButton } from "../../parts/button.js";
import { Fact } from "../../parts/fact.js";
import { fullTime } from "../../util/time.js";
import type { AuditField, AuditSearch } from "./audit-filter.js";
import { OutcomeBadge } from "./audit-table.js";

interface EntryPanelProps {
  readonly entry: AuditEntry;
  readonly onFilter: (values: AuditSearch) => void;
  readonly onClose: () => void;
}

const METHODS = { api_key: "API key", jwt: "token", none: "without authentication" };

/** All that is known of one change. */
export function EntryPanel({ entry, onFilter, onClose }: EntryPanelProps) {
  const { branch, scn } = entry;
  const only = (field: AuditField, label: string, value: string | null) =>
    value !== null && (
      <Fact name={label}>
        <span className="fact-filter">
          <span>{value}</span>
          <IconButton
            label={`Only this ${label.toLowerCase()}`}
            icon={<Filter size={13} />}
            onClick={() => onFilter({ [field]: value })}
          />
        </span>
      </Fact>
    );
  return (
    <aside className="panel" aria-label={`Entry ${entry.id}`}>
      <header className="panel-head">
        <h2 className="clip mono">{entry.operation}</h2>
        <IconButton label="Close" icon={<X size={16} />} onClick={onClose} />
      </header>
      <p className="chips">
        <OutcomeBadge entry={entry} /> <span className="soft">status {entry.status}</span>
      </p>
      <dl className="facts">
        <Fact name="Time">{fullTime(entry.time)}</Fact>
        {only("operation", "Operation", entry.operation)}
        {only("user", "User", entry.userId)}
        {only("key", "Key", entry.keyId)}
        {entry.clientId !== null && <Fact name="Client">{entry.clientId}</Fact>}
        <Fact name="By">{METHODS[entry.method]}</Fact>
        <Fact name="From">{entry.address}</Fact>
        {only("branch", "Branch", branch)}
        {entry.object !== null && <Fact name="Object">{entry.object}</Fact>}
        {scn !== null && (
          <Fact name="Commit">
            {branch === null ? (
              <code>{scn}</code>
            ) : (
              <Link
                to="/branch/$branch/history"
                params={{ branch }}
                search={{ commit: String(scn) }}
                className="link mono"
              >
                {scn}
              </Link>
            )}
          </Fact>
        )}
        {only("requestId", "Request", entry.requestId)}
        {only("traceId", "Trace", entry.traceId)}
      </dl>
      {scn !== null && <p className="soft">The commit says which rows it changed, with the values before and after.</p>}
    </aside>
  );
}
