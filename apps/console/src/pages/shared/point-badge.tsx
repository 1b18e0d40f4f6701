import { RotateCcw, Undo2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../../parts/button.js";
import { pointText } from "../../point/point.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { RestoreBranch } from "./restore-branch.js";

interface PointBadgeProps {
  readonly at: string | undefined;
  readonly branch: string;
  readonly onNow: () => void;
}

/** Says that a page shows the past, and what can be done about it. Nothing for now. */
export function PointBadge({ at, branch, onNow }: PointBadgeProps) {
  const { identity } = useSession();
  const [isRestoring, setRestoring] = useState(false);
  if (at === undefined) return null;
  return (
    <div className="past">
      <span>
        As of <strong>{pointText(at)}</strong>. The past is read-only.
      </span>
      <Button className="button-small" icon={<RotateCcw size={13} />} onClick={onNow}>
        Back to now
      </Button>
      {rightsOf(identity).writes && (
        <Button className="button-small" icon={<Undo2 size={13} />} onClick={() => setRestoring(true)}>
          Restore this…
        </Button>
      )}
      {isRestoring && <RestoreBranch branch={branch} at={at} onClose={() => setRestoring(false)} onDone={onNow} />}
    </div>
  );
}
