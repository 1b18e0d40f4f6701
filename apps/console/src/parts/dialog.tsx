import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { Button, IconButton } from "./button.js";
import { ErrorNote } from "./error-note.js";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
}

/** Keeps the focus inside while it is open, and gives it back afterwards. */
export function Dialog({ title, onClose, children, wide = false }: DialogProps) {
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className={wide ? "dialog dialog-wide" : "dialog"}>
          <header className="dialog-head">
            <Base.Title className="dialog-title">{title}</Base.Title>
            <IconButton label="Close" icon={<X size={16} />} onClick={onClose} />
          </header>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

interface FormDialogProps extends DialogProps {
  readonly action: string;
  readonly look?: "primary" | "danger";
  readonly busy: boolean;
  readonly error: unknown;
  readonly disabled?: boolean;
  readonly onSubmit: () => void;
}

/** A dialog that does one thing, says what, and stays open where it fails. */
export function FormDialog({ action, look = "primary", busy, error, disabled, onSubmit, ...dialog }: FormDialogProps) {
  const fault = useRef<HTMLDivElement>(null);
  const hasFailed = error !== null && error !== undefined;
  useEffect(() => {
    if (hasFailed) fault.current?.scrollIntoView({ block: "nearest" });
  }, [hasFailed]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy && !disabled) onSubmit();
  };
  return (
    <Dialog {...dialog}>
      <form className="dialog-body" onSubmit={submit}>
        {dialog.children}
        {hasFailed && (
          <div ref={fault} className="dialog-fault">
            <ErrorNote error={error} />
          </div>
        )}
        <footer className="dialog-foot">
          <Button onClick={dialog.onClose}>Cancel</Button>
          <Button type="submit" look={look} busy={busy} disabled={disabled}>
            {action}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
