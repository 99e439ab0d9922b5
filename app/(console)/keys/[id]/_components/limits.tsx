import { Gauge, Pencil, Plus, Trash2 } from "lucide-react";
import { HeadroomBar } from "@/components/headroom/headroom-bar";
import { HeadroomWhen } from "@/components/headroom/headroom-when";
import { headroomOf } from "@/components/keys/key-headroom";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { IconButton } from "@/components/ui/icon-button";
import { toast } from "@/components/ui/toast";
import type { KeyDto, LimitDto } from "@/lib/features/keys/schemas";
import { removeLimit } from "../../actions";
import { LimitDialog } from "./limit-dialog";

/** What the key may use, with what is used of it; operators declare, change and delete here. */
export function Limits({
  of,
  at,
  canWrite,
  onChanged,
}: {
  of: KeyDto;
  at: number;
  canWrite: boolean;
  onChanged: () => void;
}) {
  return (
    <Card
      title="Limits"
      padded={false}
      action={
        canWrite && (
          <LimitDialog
            keyId={of.id}
            onSaved={onChanged}
            trigger={
              <Button size="sm" icon={<Plus aria-hidden />}>
                Add limit
              </Button>
            }
          />
        )
      }
    >
      {of.limits.length === 0 ? (
        <EmptyState icon={<Gauge aria-hidden />} title="No limit known">
          Declare what the key may use to see its headroom and be warned before it runs dry. Limits that the
          provider's headers name appear by themselves.
        </EmptyState>
      ) : (
        <ul className="pt-1 pb-1.5">
          {of.limits.map((limit) => (
            <li key={limit.id} className="border-t px-4 py-3 first:border-t-0">
              <HeadroomBar headroom={headroomOf(limit, of, at)} />
              <div className="mt-2 flex items-end gap-1">
                <HeadroomWhen headroom={headroomOf(limit, of, at)} className="min-w-0 grow" />
                <Badge>{limit.origin}</Badge>
                {canWrite && <LimitButtons of={of} limit={limit} onChanged={onChanged} />}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function LimitButtons({ of, limit, onChanged }: { of: KeyDto; limit: LimitDto; onChanged: () => void }) {
  async function remove() {
    const answer = await removeLimit(of.id, limit.id);
    if (!answer.ok) throw new Error(answer.message);
    toast("Limit deleted", { kind: "success" });
    onChanged();
  }
  return (
    <span className="-my-1 -mr-1.5 flex">
      {limit.origin === "declared" && (
        <LimitDialog
          keyId={of.id}
          limit={limit}
          onSaved={onChanged}
          trigger={<IconButton label="Change limit" size="sm" icon={<Pencil />} />}
        />
      )}
      <ConfirmDialog
        trigger={<IconButton label="Delete limit" size="sm" icon={<Trash2 />} />}
        title="Delete this limit?"
        description={
          limit.origin === "declared"
            ? "Rules on this key's headroom no longer count it."
            : "It comes back when the provider's headers name it again."
        }
        confirm="Delete"
        onConfirm={remove}
      />
    </span>
  );
}
