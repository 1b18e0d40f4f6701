interface SearchFieldProps {
  /** For those who don't see the field. */
  readonly label: string;
  /** What is searched, where the label doesn't say it. */
  readonly within?: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Finds what a page shows. */
export function SearchField({ label, within = label, value, onChange }: SearchFieldProps) {
  return (
    <input
      className="input input-search"
      type="search"
      aria-label={label}
      placeholder={within}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
