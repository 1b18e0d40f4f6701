import type { SchemaDifference } from "@heliosdb/client";
import { lineDiff } from "./line-diff.js";

/** The text of a table, an index, a view or a trigger, old and new side by side. */
export function SchemaDiff({ change }: { readonly change: SchemaDifference }) {
  const lines = lineDiff(change.from ?? "", change.to ?? "");
  return (
    <div className="schema-diff">
      <h3>
        {change.type} <span className="mono">{change.name}</span>{" "}
        <span className={`badge badge-${{ added: "good", dropped: "bad", altered: "warn" }[change.change]}`}>
          {change.change}
        </span>
      </h3>
      <div className="schema-sides" tabIndex={0} role="region" aria-label={`Text of ${change.name}, old and new`}>
        {lines.map(({ old, now, line }) => (
          <div key={line} className="schema-line">
            <code className={old === null ? "side-none" : now === old ? "" : "side-old"}>{old ?? ""}</code>
            <code className={now === null ? "side-none" : now === old ? "" : "side-new"}>{now ?? ""}</code>
          </div>
        ))}
      </div>
    </div>
  );
}
