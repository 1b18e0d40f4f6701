/** The mark: a sun at the horizon. */
export function Sun({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="sun">
      <circle cx="16" cy="19" r="7" fill="currentColor" />
      <path d="M3 19h26" className="sun-line" strokeWidth="2.5" />
      <path
        d="M5 24h22M16 3.5v5M6.5 8.5l3.2 3.2M25.5 8.5l-3.2 3.2"
        stroke="currentColor"
        strokeWidth="2.5"
        strokeLinecap="round"
      />
    </svg>
  );
}
