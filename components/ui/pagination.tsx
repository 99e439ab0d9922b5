import { ButtonLink } from "./button-link";

/** Back to the newest, on to older rows; renders nothing when all is on one page. */
export function Pagination({
  firstHref,
  nextHref,
  onFirst,
}: {
  firstHref: string;
  nextHref: string | null;
  /** Whether the page shown is the first one. */
  onFirst: boolean;
}) {
  if (onFirst && nextHref === null) return null;
  return (
    <nav aria-label="Pages" className="flex justify-end gap-2 px-4 py-3">
      {!onFirst && (
        <ButtonLink size="sm" href={firstHref}>
          Newest
        </ButtonLink>
      )}
      {nextHref !== null && (
        <ButtonLink size="sm" href={nextHref}>
          Older
        </ButtonLink>
      )}
    </nav>
  );
}
