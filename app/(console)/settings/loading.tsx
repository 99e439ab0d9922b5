import { Card } from "@/components/ui/card";
import { SkeletonRows } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <Card padded={false} aria-busy="true">
      <SkeletonRows rows={5} />
      <p role="status" className="sr-only">
        Loading
      </p>
    </Card>
  );
}
