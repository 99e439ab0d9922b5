import { ListSkeleton } from "@/components/forms/page-skeleton";

export default function Loading() {
  return (
    <ListSkeleton
      title="Silences"
      description="While one is active, what it matches is watched but not told. What still fires when it ends is told then."
      tabs
      rows={3}
    />
  );
}
