import { ListSkeleton } from "@/components/forms/page-skeleton";

export default function Loading() {
  return (
    <ListSkeleton title="Sources" description="The gateways that report their API calls here." rows={3} />
  );
}
