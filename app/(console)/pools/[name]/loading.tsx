import { ActivitySkeleton } from "@/components/keys/activity-skeleton";

export default function Loading() {
  return <ActivitySkeleton fleet parent={{ label: "Pools", href: "/pools" }} />;
}
