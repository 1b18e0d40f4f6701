import type { ColumnType, Value } from "@heliosdb/client";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { typedValue } from "../cells/typed-value.js";

interface CellEditorProps {
  readonly label: string;
  readonly type: ColumnType;
  readonly text: string;
  readonly nullable: boolean;
  /** @param then where to go next */
  readonly onDone: (value: Value, then: "down" | "right" | "stay") => void;
  readonly onCancel: () => void;
}

/** A line to type a value into, in the place of a cell. */
export function CellEditor({ label, type, text, nullable, onDone, onCancel }: CellEditorProps) {
  const [typed, setTyped] = useState(text);
  const [fault, setFault] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const done = (then: "down" | "right" | "stay") => {
    const result = typedValue(typed, type);
    if ("fault" in result) setFault(result.fault);
    else onDone(result.value, then);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      done(event.key === "Enter" ? "down" : "right");
    } else if (event.key === "Escape") onCancel();
    else if (event.key === "Backspace" && event.ctrlKey && nullable) {
      event.preventDefault();
      onDone(null, "stay");
    }
  };
  return (
    <span className="cell-editor">
      <input
        ref={input}
        aria-label={label}
        aria-invalid={fault !== null || undefined}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setFault(null);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => (typed === text ? onCancel() : done("stay"))}
      />
      {nullable && (
        <button
          type="button"
          tabIndex={-1}
          className="cell-null"
          title="NULL (Ctrl+Backspace)"
          // Before the input loses the focus, which would stage its text.
          onPointerDown={(event) => {
            event.preventDefault();
            onDone(null, "stay");
          }}
        >
          NULL
        </button>
      )}
      {fault && (
        <span className="cell-fault" role="alert">
          {fault}
        </span>
      )}
    </span>
  );
}
