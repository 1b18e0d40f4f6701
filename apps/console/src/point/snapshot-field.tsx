import type { Snapshot } from "@heliosdb/client";
import { SelectField } from "../parts/field.js";
import { shortTime } from "../util/time.js";

interface SnapshotFieldProps {
  readonly snapshots: readonly Snapshot[];
  /** The commit of the chosen one. */
  readonly commit: string;
  readonly onChange: (commit: string) => void;
}

/** A state that was given a name, or that the server kept by itself. */
export function SnapshotField({ snapshots, commit, onChange }: SnapshotFieldProps) {
  const named = snapshots.filter(({ type }) => type === "manual");
  const automatic = snapshots.filter(({ type }) => type === "automatic");
  const options = (some: readonly Snapshot[]) =>
    some.map((snapshot) => (
      <option key={snapshot.id} value={snapshot.scn}>
        {snapshotText(snapshot)}
      </option>
    ));
  const isKnown = snapshots.some(({ scn }) => String(scn) === commit);
  return (
    <SelectField label="Snapshot" value={isKnown ? commit : ""} onChange={(event) => onChange(event.target.value)}>
      {!isKnown && <option value="">Choose one</option>}
      {options(named)}
      {automatic.length > 0 && <optgroup label="Made by the server">{options(automatic)}</optgroup>}
    </SelectField>
  );
}

function snapshotText({ name, scn, timestamp }: Snapshot): string {
  return `${name ?? shortTime(timestamp)}, commit ${scn}`;
}
