import { ArrowDown, ArrowUp, RotateCcw } from "lucide-react";
import { Button, IconButton } from "../../../parts/button.js";
import { Dialog } from "../../../parts/dialog.js";
import { CheckField } from "../../../parts/field.js";
import { type ColumnNames, moved, toggled } from "./columns.js";

interface ChooseColumnsProps {
  readonly table: string;
  readonly all: ColumnNames;
  readonly shown: ColumnNames;
  readonly onChange: (names: ColumnNames) => void;
  readonly onClose: () => void;
}

/** Which columns are shown, and in which order. Each change is seen at once. */
export function ChooseColumns({ table, all, shown, onChange, onClose }: ChooseColumnsProps) {
  const hidden = all.filter((name) => !shown.includes(name));
  return (
    <Dialog title={`Columns of ${table}`} onClose={onClose}>
      <div className="dialog-body">
        <ul className="plain-list">
          {[...shown, ...hidden].map((name, at) => {
            const isShown = at < shown.length;
            return (
              <li key={name} className="list-row column-row">
                <CheckField
                  label={name}
                  checked={isShown}
                  disabled={isShown && shown.length === 1}
                  onChange={() => onChange(toggled(shown, name, all))}
                />
                {isShown && (
                  <span className="row-actions">
                    <IconButton
                      label={`Move ${name} to the left`}
                      icon={<ArrowUp size={14} />}
                      disabled={at === 0}
                      onClick={() => onChange(moved(shown, name, at - 1))}
                    />
                    <IconButton
                      label={`Move ${name} to the right`}
                      icon={<ArrowDown size={14} />}
                      disabled={at === shown.length - 1}
                      onClick={() => onChange(moved(shown, name, at + 1))}
                    />
                  </span>
                )}
              </li>
            );
          })}
        </ul>
        <footer className="dialog-foot">
          <Button icon={<RotateCcw size={14} />} onClick={() => onChange(all)}>
            As in the table
          </Button>
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </footer>
      </div>
    </Dialog>
  );
}
