import { useSearch } from "@tanstack/react-router";
import { FileUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { useBranches } from "../../session/queries.js";
import { bytes } from "../../util/text.js";
import { DatabaseImport } from "./database-import.js";
import { type FileKind, kindOf, type ReadFile, readRecords } from "./read/records.js";
import { RowsImport } from "./rows-import.js";

/** Beyond this a browser is the wrong tool. */
const MOST_BYTES = 64 * 1024 * 1024;

type Dropped =
  | { readonly kind: "sqlite"; readonly file: File }
  | { readonly kind: Exclude<FileKind, "sqlite">; readonly file: File; readonly content: ReadFile };

/** A file becomes a branch or a table. */
export function ImportPage() {
  const { branch } = useSearch({ from: "/import" });
  const { data } = useBranches();
  const [dropped, setDropped] = useState<Dropped | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  const take = async (file: File | undefined) => {
    setOver(false);
    if (!file) return;
    setError(null);
    setDropped(null);
    try {
      setDropped(await look(file));
    } catch (fault) {
      setError(fault);
    }
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };

  return (
    <div className="page">
      <header>
        <h1>Import</h1>
        <p className="page-sub">A SQLite file becomes a branch. CSV, JSON and NDJSON become rows of a table.</p>
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by key */}
      <div
        className={isOver ? "drop drop-over" : "drop"}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <FileUp size={30} aria-hidden="true" className="empty-icon" />
        {dropped ? (
          <p>
            <strong>{dropped.file.name}</strong>, {bytes(dropped.file.size)}
          </p>
        ) : (
          <p>Drop a file here</p>
        )}
        <input
          ref={input}
          type="file"
          className="sr-only"
          tabIndex={-1}
          aria-label="File to import"
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        <Button onClick={() => input.current?.click()}>{dropped ? "Choose another" : "Choose a file"}</Button>
      </div>
      {error !== null && <ErrorNote error={error} />}
      {dropped?.kind === "sqlite" && data && (
        <DatabaseImport key={dropped.file.name} file={dropped.file} branches={data.branches} />
      )}
      {dropped && dropped.kind !== "sqlite" && data && (
        <RowsImport
          key={`${dropped.file.name} ${dropped.file.lastModified}`}
          file={dropped.file}
          content={dropped.content}
          branches={data.branches}
          branch={branch ?? data.branches.find(({ isDefault }) => isDefault)?.name ?? "main"}
        />
      )}
    </div>
  );
}

async function look(file: File): Promise<Dropped> {
  const start = new Uint8Array(await file.slice(0, 512).arrayBuffer());
  const kind = kindOf(file.name, start);
  if (kind === "sqlite") return { kind, file };
  if (file.size > MOST_BYTES) {
    throw new Error(
      `${file.name} has ${bytes(file.size)}. Expected at most ${bytes(MOST_BYTES)} here; “helios import” takes files of any size.`,
    );
  }
  const content = readRecords(kind, await file.text());
  if (content.records.length === 0) throw new Error(`${file.name} has no rows.`);
  return { kind, file, content };
}
