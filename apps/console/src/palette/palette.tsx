import { Dialog as Base } from "@base-ui/react/dialog";
import type { Branch } from "@heliosdb/client";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useTables } from "../session/queries.js";
import { rightsOf } from "../session/rights.js";
import { useSession } from "../session/session.js";
import { type Entry, paletteEntries } from "./entries.js";
import { ranked } from "./rank.js";

interface PaletteProps {
  readonly branch: string;
  readonly branches: readonly Branch[];
  readonly onClose: () => void;
}

const MOST = 50;

/** Everything by its name: pages, branches, tables. */
export function Palette({ branch, branches, onClose }: PaletteProps) {
  const { identity, isOpen, signOut } = useSession();
  const navigate = useNavigate();
  const { data: tables } = useTables(branch, undefined);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);

  const entries = useMemo(
    () => paletteEntries({ branch, branches, tables: tables ?? [], rights: rightsOf(identity), canSignOut: !isOpen }),
    [branch, branches, tables, identity, isOpen],
  );
  const found = useMemo(
    () => ranked(typed, entries, (entry) => `${entry.kind} ${entry.label}`, MOST),
    [typed, entries],
  );
  const active = Math.min(at, found.length - 1);

  useEffect(() => {
    list.current?.querySelector(`[data-at="${active}"]`)?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const choose = ({ go }: Entry) => {
    onClose();
    if (go === "sign-out") signOut();
    else void navigate(go);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const entry = found[active];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setAt((active + step + found.length) % found.length);
    } else if (event.key === "Enter" && entry) {
      event.preventDefault();
      choose(entry);
    }
  };

  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className="palette" aria-label="Search">
          <input
            className="palette-input"
            role="combobox"
            aria-expanded="true"
            aria-controls={`${id}-list`}
            aria-activedescendant={found.length > 0 ? `${id}-${active}` : undefined}
            aria-label="Search pages, branches and tables"
            placeholder="Go to a page, a branch or a table"
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setAt(0);
            }}
            onKeyDown={onKey}
          />
          <div className="palette-list" role="listbox" id={`${id}-list`} aria-label="Results" ref={list}>
            {found.map((entry, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the input above has the keys
              <div
                key={entry.key}
                id={`${id}-${index}`}
                data-at={index}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                className="palette-entry"
                onClick={() => choose(entry)}
                onPointerMove={() => setAt(index)}
              >
                <span className="palette-kind">{entry.kind}</span>
                <span className="palette-label">{entry.label}</span>
                {entry.detail && <span className="palette-detail">{entry.detail}</span>}
              </div>
            ))}
          </div>
          {found.length === 0 && (
            <p className="palette-none" role="status">
              Nothing is called that.
            </p>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
