import { DetailSkeleton } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { FieldsSkeleton, TermsSkeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <DetailSkeleton
      parent={{ label: "Silences", href: "/silences" }}
      title="New silence"
      aside={{
        width: "lg:grid-cols-[minmax(0,1fr)_minmax(0,22rem)]",
        children: (
          <Card title="Keeps quiet now">
            <TermsSkeleton rows={3} />
          </Card>
        ),
      }}
    >
      <Card>
        <FieldsSkeleton fields={6} />
      </Card>
    </DetailSkeleton>
  );
}
