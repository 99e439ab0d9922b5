import { ListSkeleton } from "@/components/forms/page-skeleton";

export default function Loading() {
  return <ListSkeleton title="Channels" description="Where notifications go." />;
}
