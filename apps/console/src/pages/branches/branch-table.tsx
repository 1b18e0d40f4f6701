import type { Branch } from "@heliosdb/client";
import { ArrowDown, ArrowUp } from "lucide-react";
import { TimeAgo } from "../../parts/time-ago.js";
import { bytes } from "../../util/text.js";
import { BranchBadges } from "./branch-badges.js";
import { nextSort, type Sort, type SortKey } from "./sort-branches.js";

interface BranchTableProps {
  readonly branches: readonly Branch[];
  readonly chosen: string | undefined;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly onChoose: (branch: Branch) => void;
}

const COLUMNS: readonly (readonly [key: SortKey, title: string, className?: string])[] = [
  ["name", "Branch"],
  ["parent", "From", "wide-only"],
  ["commit", "Commit", "number wide-only"],
  ["changed", "Changed"],
  ["size", "Size", "number"],
];

export function BranchTable({ branches, chosen, sort, onSort, onChoose }: BranchTableProps) {
  return (
    <div className="card table-card">
      <table className="table">
        <thead>
          <tr>
            {COLUMNS.map(([key, title, className]) => (
              <th key={key} className={className} aria-sort={ariaSort(sort, key)}>
                <button type="button" className="sort" onClick={() => onSort(nextSort(sort, key))}>
                  {title}
                  {sort.key === key && (sort.descending ? <ArrowDown size={13} /> : <ArrowUp size={13} />)}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {branches.map((branch) => (
            <tr
              key={branch.id}
              className={branch.name === chosen ? "row-chosen" : undefined}
              onClick={() => onChoose(branch)}
            >
              <td>
                <button
                  type="button"
                  className="link branch-name"
                  aria-pressed={branch.name === chosen}
                  onClick={() => onChoose(branch)}
                >
                  {branch.name}
                </button>
                {branch.displayName && <span className="soft"> {branch.displayName}</span>}
                <BranchBadges branch={branch} />
              </td>
              <td className="wide-only soft">{branch.parent ?? "—"}</td>
              <td className="number wide-only mono soft">{branch.scn}</td>
              <td className="nowrap">
                <TimeAgo date={branch.stats.lastModified} />
              </td>
              <td className="number nowrap">{bytes(branch.stats.sizeBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ariaSort(sort: Sort, key: SortKey): "ascending" | "descending" | "none" {
  if (sort.key !== key) return "none";
  return sort.descending ? "descending" : "ascending";
}
