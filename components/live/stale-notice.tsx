import { Callout } from "@/components/ui/callout";

/** Says that what the page shows is no longer fresh, and why. Takes no room while it is. */
export function StaleNotice({ failure }: { failure: string | null }) {
  return (
    <div role="status">
      {failure !== null && (
        <Callout kind="warning" title="These numbers are not up to date" className="mb-3">
          {failure} The page tries again by itself.
        </Callout>
      )}
    </div>
  );
}
