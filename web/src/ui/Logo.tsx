/** The boatswain's anchor. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="7" fill="#2f63b8" />
      <g fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round">
        <circle cx="16" cy="8.5" r="2.5" />
        <path d="M16 11v14M11.5 15h9M7 18c0 4.5 4 7 9 7s9-2.5 9-7" />
      </g>
    </svg>
  );
}
