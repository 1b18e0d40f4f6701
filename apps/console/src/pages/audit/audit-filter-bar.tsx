import type { AuditEntry } from "@heliosdb/client";
import { X } from "lucide-react";
import { useId } from "react";
import { localInput } from "../../util/time.js";
import { type AuditField, type AuditSearch, CHIPS, dateOf } from "./audit-filter.js";
import { LazyInput } from "./lazy-input.js";

interface AuditFilterBarProps {
  readonly search: AuditSearch;
  /** Those in sight: their operations are offered. */
  readonly entries: readonly AuditEntry[];
  readonly onChange: (values: AuditSearch) => void;
}

const TYPED: readonly (readonly [field: AuditField, label: string])[] = [
  ["user", "User"],
  ["key", "Key"],
  ["operation", "Operation"],
  ["branch", "Branch"],
];

const HOUR_MS = 3_600_000;
const SPANS: readonly (readonly [label: string, hours: number])[] = [
  ["Last hour", 1],
  ["Last day", 24],
  ["Last week", 168],
];

export function AuditFilterBar({ search, entries, onChange }: AuditFilterBarProps) {
  const listId = useId();
  const offered = (field: AuditField) => {
    const value = { user: "userId", key: "keyId", operation: "operation", branch: "branch" }[field as "user"];
    return [...new Set(entries.map((entry) => entry[value as "userId"]))].filter(Boolean).sort();
  };
  const chips = CHIPS.filter(([field]) => search[field] !== undefined);
  return (
    <search className="audit-filter">
      <div className="audit-line">
        <select
          className="input"
          aria-label="Outcome"
          value={search.outcome ?? ""}
          onChange={({ target }) => onChange({ outcome: target.value || undefined })}
        >
          <option value="">Done and refused</option>
          <option value="done">Done</option>
          <option value="refused">Refused</option>
        </select>
        {TYPED.map(([field, label]) => (
          <span key={field}>
            <LazyInput
              label={label}
              list={`${listId}-${field}`}
              value={search[field] ?? ""}
              onChange={(value) => onChange({ [field]: value || undefined })}
            />
            <datalist id={`${listId}-${field}`}>
              {offered(field).map((each) => (
                <option key={each}>{each}</option>
              ))}
            </datalist>
          </span>
        ))}
      </div>
      <div className="audit-line">
        {(["from", "until"] as const).map((field) => {
          const date = dateOf(search[field]);
          return (
            <label key={field} className="audit-time">
              <span>{field === "from" ? "From" : "Until"}</span>
              <input
                className="input"
                type="datetime-local"
                step={1}
                value={date ? localInput(date) : ""}
                onChange={({ target }) => onChange({ [field]: dateOf(target.value || undefined)?.toISOString() })}
              />
            </label>
          );
        })}
        <span className="chips" role="group" aria-label="Since">
          {SPANS.map(([label, hours]) => (
            <button
              key={label}
              type="button"
              className="chip"
              onClick={() => onChange({ from: new Date(Date.now() - hours * HOUR_MS).toISOString(), until: undefined })}
            >
              {label}
            </button>
          ))}
        </span>
        {chips.length > 0 && (
          <p className="chips">
            {chips.map(([field, label]) => (
              <button
                key={field}
                type="button"
                className="chip"
                aria-label={`Without ${label.toLowerCase()} ${search[field]}`}
                onClick={() => onChange({ [field]: undefined })}
              >
                <span className="soft">{label}</span> <code className="clip">{search[field]}</code>
                <X size={13} aria-hidden="true" />
              </button>
            ))}
          </p>
        )}
      </div>
    </search>
  );
}
