import { ListSkeleton } from "@/components/forms/page-skeleton";

export default function Loading() {
  return <ListSkeleton title="Rules" description="What is watched, and from where on it is an incident." />;
}
