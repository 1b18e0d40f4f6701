import { Link } from "@tanstack/react-router";
import { CheckCircle2 } from "lucide-react";
import { Empty } from "../../parts/states.js";

interface MergeDoneProps {
  readonly message: string;
  readonly scn: number;
  readonly target: string;
}

export function MergeDone({ message, scn, target }: MergeDoneProps) {
  return (
    <Empty
      icon={<CheckCircle2 size={32} />}
      title="Merged"
      action={
        <span className="panel-links">
          <Link
            to="/branch/$branch/history"
            params={{ branch: target }}
            search={{ commit: String(scn) }}
            className="button button-primary"
          >
            <span>See commit {scn}</span>
          </Link>
          <Link to="/branch/$branch/data" params={{ branch: target }} className="button button-plain">
            <span>Data of {target}</span>
          </Link>
        </span>
      }
    >
      {message}
    </Empty>
  );
}
