import { DetailSkeleton } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { FieldsSkeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <DetailSkeleton parent={{ label: "Channels", href: "/channels" }} title="Change the channel">
      <Card className="max-w-2xl">
        <FieldsSkeleton fields={3} />
      </Card>
    </DetailSkeleton>
  );
}
