import { ListSkeleton } from "@/components/forms/page-skeleton";

export default function Loading() {
  return (
    <ListSkeleton
      title="Deliveries"
      description="Every notification to every channel, with all attempts."
      controls={3}
    />
  );
}
