import { Bookmark, History, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../../parts/button.js";
import { Dialog } from "../../../parts/dialog.js";
import { SearchField } from "../../../parts/search-field.js";
import { Empty } from "../../../parts/states.js";
import { TimeAgo } from "../../../parts/time-ago.js";
import { shortened } from "../../../util/text.js";
import { type Kept, withoutSaved } from "./kept.js";

interface KeptQueriesProps {
  readonly kept: Kept;
  readonly onChange: (change: (kept: Kept) => Kept) => void;
  readonly onOpen: (sql: string) => void;
  readonly onClose: () => void;
}

const SHOWN = 300;

/** Saved queries, and what was run; one of them is taken into the editor. */
export function KeptQueries({ kept, onChange, onOpen, onClose }: KeptQueriesProps) {
  const [list, setList] = useState<"saved" | "runs">(kept.saved.length > 0 ? "saved" : "runs");
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const has = (...texts: readonly string[]) => texts.some((each) => each.toLowerCase().includes(wanted));
  const saved = kept.saved.filter(({ name, sql }) => has(name, sql));
  const runs = kept.runs.filter(({ sql, branch }) => has(sql, branch));
  const shown = list === "saved" ? saved.length : runs.length;
  const all = list === "saved" ? kept.saved.length : kept.runs.length;
  return (
    <Dialog wide title="Queries" onClose={onClose}>
      <div className="dialog-body">
        <div className="page-actions">
          <div className="switch" role="group" aria-label="List">
            <button type="button" aria-pressed={list === "saved"} onClick={() => setList("saved")}>
              <Bookmark size={14} aria-hidden="true" /> Saved
            </button>
            <button type="button" aria-pressed={list === "runs"} onClick={() => setList("runs")}>
              <History size={14} aria-hidden="true" /> What was run
            </button>
          </div>
          <SearchField label="Find a query" value={text} onChange={(text) => setText(text)} />
          {list === "runs" && kept.runs.length > 0 && (
            <Button icon={<Trash2 size={14} />} onClick={() => onChange((old) => ({ ...old, runs: [] }))}>
              Clear
            </Button>
          )}
        </div>
        {shown === 0 && (
          <Empty
            icon={list === "saved" ? <Bookmark size={28} /> : <History size={28} />}
            title={all > 0 ? "No query fits" : list === "saved" ? "No saved queries yet" : "Nothing was run yet"}
          >
            {all > 0
              ? "Shorten the text that you look for."
              : list === "saved"
                ? "“Save” beside the editor keeps a query in this browser."
                : "What you run is listed here, in this browser only."}
          </Empty>
        )}
        <ul className="plain-list kept">
          {list === "saved" &&
            saved.map(({ name, sql }) => (
              <li key={name} className="kept-row">
                <button type="button" className="kept-query" onClick={() => onOpen(sql)}>
                  <strong className="clip">{name}</strong>
                  <code className="kept-sql">{shortened(sql, SHOWN)}</code>
                </button>
                <IconButton
                  label={`Delete ${name}`}
                  icon={<Trash2 size={15} />}
                  onClick={() => onChange((old) => withoutSaved(old, name))}
                />
              </li>
            ))}
          {list === "runs" &&
            runs.map(({ sql, branch, time, ms, failed }) => (
              <li key={`${time} ${branch} ${sql}`} className="kept-row">
                <button type="button" className="kept-query" onClick={() => onOpen(sql)}>
                  <code className="kept-sql">{shortened(sql, SHOWN)}</code>
                  <span className="soft">
                    on {branch}, <TimeAgo date={new Date(time)} />, {Math.round(ms).toLocaleString("en")} ms
                    {failed !== null && <span className="badge badge-bad badge-beside">{failed}</span>}
                  </span>
                </button>
              </li>
            ))}
        </ul>
      </div>
    </Dialog>
  );
}
