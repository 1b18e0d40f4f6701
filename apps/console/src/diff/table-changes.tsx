import type { TableChange } from "@heliosdb/client";

/** How many rows of each table differ, and how. */
export function TableChanges({ tables }: { readonly tables: readonly TableChange[] }) {
  if (tables.length === 0) return <p className="soft">No row differs.</p>;
  return (
    <ul className="changes">
      {tables.map(({ table, inserted, updated, deleted }) => (
        <li key={table}>
          <span className="mono">{table}</span>
          <ChangeCounts inserted={inserted} updated={updated} deleted={deleted} />
        </li>
      ))}
    </ul>
  );
}

export function ChangeCounts({ inserted, updated, deleted }: Omit<TableChange, "table">) {
  const count = (value: number) => value.toLocaleString("en");
  return (
    <span className="counts">
      {inserted > 0 && (
        <span className="count-add">
          +{count(inserted)} <span className="sr-only">inserted</span>
        </span>
      )}
      {updated > 0 && (
        <span className="count-change">
          ~{count(updated)} <span className="sr-only">changed</span>
        </span>
      )}
      {deleted > 0 && (
        <span className="count-delete">
          −{count(deleted)} <span className="sr-only">deleted</span>
        </span>
      )}
    </span>
  );
}
