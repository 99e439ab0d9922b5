import { RelativeTime } from "@/components/ui/relative-time";
import { STATE_REASON } from "@/lib/domain/usage/state";
import type { KeyDto } from "@/lib/features/keys/schemas";

/** Why a key is in its state, and when it is back: "Its quota is spent, back in 9 h 9 min". */
export function KeyReason({ of: { why, until } }: { of: KeyDto }) {
  return (
    <>
      {STATE_REASON[why]}
      {until !== null && (
        <>
          , back <RelativeTime at={Date.parse(until)} />
        </>
      )}
    </>
  );
}
