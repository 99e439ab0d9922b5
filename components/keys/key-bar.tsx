import { HeadroomBar } from "@/components/headroom/headroom-bar";
import type { KeyDto } from "@/lib/features/keys/schemas";
import { headroomOf, tightestOf } from "./key-headroom";

/** The headroom bar of a key's tightest limit, in the room of a table's cell. */
export function KeyBar({ of, at }: { of: KeyDto; at: number }) {
  const tightest = tightestOf(of);
  if (tightest === undefined) return <span className="text-fg-3">No limit known</span>;
  return <HeadroomBar headroom={headroomOf(tightest, of, at)} className="w-full sm:w-56 xl:w-64" />;
}
