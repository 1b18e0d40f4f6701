import type { Branch } from "@heliosdb/client";
import { useEffect, useState } from "react";
import { SelectField } from "../../parts/field.js";
import { pointOf, typedPoint } from "../../point/point.js";
import { PointField } from "../../point/point-field.js";

interface StatePickerProps {
  readonly label: string;
  readonly branches: readonly Branch[];
  readonly branch: string;
  readonly at: string | undefined;
  readonly onChange: (branch: string, at: string | undefined) => void;
}

/** A branch and a point in time. Points that are not complete yet change nothing. */
export function StatePicker({ label, branches, branch, at, onChange }: StatePickerProps) {
  const [typed, setTyped] = useState(() => typedPoint(at));
  useEffect(() => {
    setTyped((old) => (pointOf(old) === at ? old : typedPoint(at)));
  }, [at]);
  const isKnown = branches.some(({ name }) => name === branch);
  return (
    <fieldset className="state">
      <legend className="sr-only">{label}</legend>
      <SelectField label={label} value={branch} onChange={(event) => onChange(event.target.value, undefined)}>
        {!isKnown && <option>{branch}</option>}
        {branches.map(({ id, name }) => (
          <option key={id}>{name}</option>
        ))}
      </SelectField>
      <PointField
        label="As it is"
        branch={branch}
        value={typed}
        onChange={(next) => {
          setTyped(next);
          const point = pointOf(next);
          if (point !== null) onChange(branch, point);
        }}
      />
    </fieldset>
  );
}
