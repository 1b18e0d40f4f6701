import { SelectField, TextField } from "../parts/field.js";
import { useSnapshots } from "../session/queries.js";
import { localInput } from "../util/time.js";
import { pointOf, type TypedPoint } from "./point.js";
import { SnapshotField } from "./snapshot-field.js";

interface PointFieldProps {
  readonly label: string;
  /** Whose snapshots are offered. */
  readonly branch: string;
  readonly value: TypedPoint;
  readonly onChange: (value: TypedPoint) => void;
  /** Whether now is a choice. */
  readonly withNow?: boolean;
}

export function PointField({ label, branch, value, onChange, withNow = true }: PointFieldProps) {
  const { data: snapshots = [] } = useSnapshots(branch);
  const isBad = pointOf(value) === null;
  return (
    <div className="point-field">
      <SelectField
        label={label}
        value={value.kind}
        onChange={(event) => {
          const kind = event.target.value as TypedPoint["kind"];
          const time = kind === "time" && value.time === "" ? localInput(new Date(Date.now() - 3_600_000)) : value.time;
          // The newest one, until another is chosen.
          const commit = kind === "snapshot" ? String(snapshots[0]?.scn ?? "") : value.commit;
          onChange({ ...value, kind, time, commit });
        }}
      >
        {withNow && <option value="now">Now</option>}
        <option value="commit">At a commit</option>
        <option value="time">At a time</option>
        {snapshots.length > 0 && <option value="snapshot">At a snapshot</option>}
      </SelectField>
      {value.kind === "commit" && (
        <TextField
          label="Commit number"
          inputMode="numeric"
          value={value.commit}
          error={isBad && value.commit !== "" ? "Expected the number of a commit, such as 42." : null}
          onChange={(event) => onChange({ ...value, commit: event.target.value })}
        />
      )}
      {value.kind === "snapshot" && (
        <SnapshotField
          snapshots={snapshots}
          commit={value.commit}
          onChange={(commit) => onChange({ ...value, commit })}
        />
      )}
      {value.kind === "time" && (
        <TextField
          label="Time"
          type="datetime-local"
          step={1}
          value={value.time}
          error={isBad ? "Expected a date and a time." : null}
          onChange={(event) => onChange({ ...value, time: event.target.value })}
        />
      )}
    </div>
  );
}
