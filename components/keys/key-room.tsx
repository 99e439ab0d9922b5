import type { KeyDto } from "@/lib/features/keys/schemas";
import { KeyBar } from "./key-bar";
import { KeyWhen } from "./key-when";

/** A key's headroom in a table's cell. On a phone, where the column beside it is hidden, with when it runs dry or is back. */
export function KeyRoom({ of, at }: { of: KeyDto; at: number }) {
  return (
    <>
      <KeyBar of={of} at={at} />
      <div className="mt-1 text-xs sm:hidden">
        <KeyWhen of={of} at={at} />
      </div>
    </>
  );
}
