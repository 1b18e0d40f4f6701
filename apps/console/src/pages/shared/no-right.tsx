import { Lock } from "lucide-react";
import { Empty } from "../../parts/states.js";

interface NoRightProps {
  readonly title: string;
  /** Where even an administrator's key doesn't do. */
  readonly server?: boolean;
}

/** In place of a page that this session can't use. */
export function NoRight({ title, server = false }: NoRightProps) {
  return (
    <div className="page">
      <h1>{title}</h1>
      <Empty icon={<Lock size={28} />} title={server ? "For the server's own key" : "For administrators"}>
        {server
          ? "Sign in with the admin key that the server printed at its first start."
          : "Your key or token lacks the scope admin. Sign in with one that has it."}
      </Empty>
    </div>
  );
}
