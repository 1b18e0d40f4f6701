import { useEffect, useState } from "react";

interface LazyInputProps {
  readonly label: string;
  readonly list: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const PAUSE_MS = 350;

/** Tells what is typed only after a pause, because each change asks the server. */
export function LazyInput({ label, list, value, onChange }: LazyInputProps) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // It was changed from elsewhere: by a link, or by taking a part of the filter away.
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => onChange(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <input
      className="input audit-input"
      aria-label={label}
      placeholder={label}
      list={list}
      autoComplete="off"
      spellCheck={false}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
