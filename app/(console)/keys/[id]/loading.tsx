import { ActivitySkeleton } from "@/components/keys/activity-skeleton";

export default function Loading() {
  return <ActivitySkeleton parent={{ label: "Keys", href: "/keys" }} />;
}
