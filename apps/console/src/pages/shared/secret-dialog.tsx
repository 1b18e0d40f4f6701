import { type ReactNode, useState } from "react";
import { Button } from "../../parts/button.js";
import { CopyField } from "../../parts/copy-field.js";
import { Dialog } from "../../parts/dialog.js";

interface SecretDialogProps {
  readonly title: string;
  readonly label: string;
  readonly secret: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
}

/** Shows what the server shows this once. A slip doesn't close it before the secret was copied. */
export function SecretDialog({ title, label, secret, children, onClose }: SecretDialogProps) {
  const [isCopied, setCopied] = useState(false);
  const [isWarned, setWarned] = useState(false);
  return (
    <Dialog title={title} onClose={() => (isCopied ? onClose() : setWarned(true))}>
      <div className="dialog-body">
        <CopyField label={label} value={secret} onCopied={() => setCopied(true)} />
        <div className={isWarned && !isCopied ? "note note-warn" : "note"} role={isWarned ? "alert" : undefined}>
          <div>
            <p>
              <strong>This is the only time it is shown.</strong> The server keeps only what it needs to recognise it.
            </p>
            {isWarned && !isCopied && <p>Copy it first, or close with the button below.</p>}
          </div>
        </div>
        {children}
        <footer className="dialog-foot">
          <Button look={isCopied ? "primary" : "plain"} onClick={onClose}>
            {isCopied ? "Done" : "Close without copying"}
          </Button>
        </footer>
      </div>
    </Dialog>
  );
}
