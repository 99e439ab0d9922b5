/** The mark: a gauge with its needle near the end. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      aria-hidden
      fill="none"
      strokeWidth="2.4"
      strokeLinecap="round"
      className={className}
    >
      <path d="M4 17a8 8 0 1 1 16 0" stroke="var(--accent)" />
      <path d="M12 17l4.5-6" stroke="currentColor" />
    </svg>
  );
}
