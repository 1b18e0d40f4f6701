import type { Branch } from "@heliosdb/client";
import { Clock, Lock, ShieldCheck } from "lucide-react";
import { ago } from "../../util/time.js";

/** What is special about a branch, in a word each. */
export function BranchBadges({ branch }: { readonly branch: Branch }) {
  return (
    <span className="badges">
      {branch.isDefault && <span className="badge badge-accent">default</span>}
      {branch.isProtected && (
        <span className="badge">
          <ShieldCheck size={12} aria-hidden="true" /> protected
        </span>
      )}
      {branch.readOnly && (
        <span className="badge">
          <Lock size={12} aria-hidden="true" /> read-only
        </span>
      )}
      {branch.state === "Merged" && <span className="badge badge-good">merged</span>}
      {branch.expiresAt && (
        <span className="badge badge-warn">
          <Clock size={12} aria-hidden="true" /> expires {ago(branch.expiresAt)}
        </span>
      )}
    </span>
  );
}
