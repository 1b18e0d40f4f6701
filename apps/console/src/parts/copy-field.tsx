import { Check, Copy } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "./button.js";
import { Field } from "./field.js";

interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onCopied?: () => void;
}

/** A text that is there to be taken along. */
export function CopyField({ label, value, onCopied }: CopyFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    input.current?.select();
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      // Pages without https have no clipboard, but may copy what is selected. Otherwise it stays selected for Ctrl-C.
      if (!document.execCommand("copy")) return;
    }
    setCopied(true);
    onCopied?.();
  };
  return (
    <Field label={label}>
      {(ids) => (
        <span className="copy-field">
          <input ref={input} className="input mono" readOnly value={value} onCopy={onCopied} {...ids} />
          <Button
            look={isCopied ? "plain" : "primary"}
            aria-label={`Copy ${label.toLowerCase()}`}
            icon={isCopied ? <Check size={15} /> : <Copy size={15} />}
            onClick={copy}
          >
            {isCopied ? "Copied" : "Copy"}
          </Button>
        </span>
      )}
    </Field>
  );
}
