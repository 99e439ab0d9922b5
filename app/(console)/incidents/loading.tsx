import { ListSkeleton } from "@/components/forms/page-skeleton";

export default function Loading() {
  return <ListSkeleton title="Incidents" controls={3} tabs />;
}
