import type { Column, Value } from "@heliosdb/client";
import { type FormEvent, useEffect, useMemo, useState } from "react";
import { bytesOf, hexLines, imageType } from "../../cells/blob.js";
import { blobSize, editText } from "../../cells/cell-text.js";
import { typedValue } from "../../cells/typed-value.js";
import { Button } from "../../parts/button.js";
import { Dialog } from "../../parts/dialog.js";
import { Field } from "../../parts/field.js";
import { bytes } from "../../util/text.js";

interface CellViewerProps {
  readonly column: Column;
  readonly value: unknown;
  /** Absent where the value can't be changed. */
  readonly onStage?: (value: Value) => void;
  readonly onClose: () => void;
}

/** All of one value: long texts and JSON to read and change, blobs to look at and keep. */
export function CellViewer({ column, value, onStage, onClose }: CellViewerProps) {
  return (
    <Dialog wide title={column.name} onClose={onClose}>
      <div className="dialog-body">
        {column.type === "bytea" && typeof value === "string" ? (
          <Blob64 base64={value} name={column.name} />
        ) : onStage ? (
          <TextEditor column={column} value={value} onStage={onStage} onClose={onClose} />
        ) : value === null || value === undefined ? (
          <p className="soft">NULL</p>
        ) : (
          <pre className="viewer" tabIndex={0} role="region" aria-label={`Value of ${column.name}`}>
            {pretty(String(value), column.type)}
          </pre>
        )}
      </div>
    </Dialog>
  );
}

function TextEditor({ column, value, onStage, onClose }: CellViewerProps & Required<Pick<CellViewerProps, "onStage">>) {
  const before = pretty(editText(value as never), column.type);
  const [text, setText] = useState(before);
  const [fault, setFault] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const typed = typedValue(text, column.type);
    if ("fault" in typed) setFault(typed.fault);
    else onStage(typed.value);
  };
  return (
    <form className="viewer-form" onSubmit={submit}>
      <Field
        label={column.declaredType || "value"}
        error={fault}
        hint={value === null ? "It is NULL now." : `${String(value ?? "").length.toLocaleString("en")} characters`}
      >
        {(ids) => (
          <textarea
            className="input"
            rows={14}
            spellCheck={false}
            // biome-ignore lint/a11y/noAutofocus: whoever opened the dialog wants to read or change just this
            autoFocus
            value={text}
            onChange={(event) => setText(event.target.value)}
            {...ids}
          />
        )}
      </Field>
      <footer className="dialog-foot">
        {column.nullable && <Button onClick={() => onStage(null)}>Set NULL</Button>}
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={text === before}>
          Stage
        </Button>
      </footer>
    </form>
  );
}

const SHOWN_BYTES = 4096;

function Blob64({ base64, name }: { readonly base64: string; readonly name: string }) {
  const content = useMemo(() => bytesOf(base64), [base64]);
  const type = imageType(content);
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([content], { type: type ?? "application/octet-stream" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [content, type]);
  return (
    <>
      <p>
        {bytes(blobSize(base64))}
        {type && `, ${type}`}
      </p>
      {type && url && <img className="viewer-image" src={url} alt={`Value of ${name}`} />}
      <pre className="viewer" tabIndex={0} role="region" aria-label="Bytes">
        {hexLines(content.subarray(0, SHOWN_BYTES)).join("\n")}
        {content.length > SHOWN_BYTES && "\n…"}
      </pre>
      {url && (
        <p>
          <a className="button button-plain" href={url} download={`${name}.bin`}>
            <span>Download</span>
          </a>
        </p>
      )}
    </>
  );
}

function pretty(text: string, type: Column["type"]): string {
  if (type !== "json" && !/^\s*[{[]/.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    // A number that JavaScript can't hold would be another one afterwards.
    return /\d{16,}/.test(text) ? text : JSON.stringify(value, null, 2);
  } catch {
    return text;
  }
}
