import { CheckCircle2, X } from "lucide-react";
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from "react";
import { IconButton } from "./button.js";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly link?: ReactNode;
}

type Tell = (text: string, link?: ReactNode) => void;
const Context = createContext<Tell>(() => {});
const SHOWN_MS = 6000;

/** Tells of what was done, without taking the focus. */
export function useTell(): Tell {
  return use(Context);
}

export function Toasts({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const remove = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const tell = useMemo<Tell>(() => {
    let next = 0;
    return (text, link) => {
      const id = ++next;
      setToasts((all) => [...all.slice(-2), { id, text, link }]);
      setTimeout(() => remove(id), SHOWN_MS);
    };
  }, [remove]);
  return (
    <Context value={tell}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, text, link }) => (
          <div key={id} className="toast">
            <CheckCircle2 size={16} aria-hidden="true" />
            <span>{text}</span>
            {link}
            <IconButton label="Dismiss" icon={<X size={14} />} onClick={() => remove(id)} />
          </div>
        ))}
      </div>
    </Context>
  );
}
