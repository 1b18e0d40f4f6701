import { bytes } from "../../util/text.js";

interface SizeBarProps {
  readonly data: number;
  readonly history: number;
  /** Bytes of a bar that fills its place. */
  readonly largest: number;
}

/** Two parts of a file, to the scale of the largest. */
export function SizeBar({ data, history, largest }: SizeBarProps) {
  const part = (size: number) => `${Math.min(100, (size / largest) * 100)}%`;
  const text = `${bytes(data)} data, ${bytes(history)} history`;
  return (
    <span className="size">
      <span className="size-bar" aria-hidden="true">
        <span className="size-part series-0" style={{ width: part(data) }} />
        <span className="size-part series-1" style={{ width: part(history) }} />
      </span>
      <span className="size-text">{text}</span>
    </span>
  );
}
