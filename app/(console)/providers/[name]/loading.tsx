import { DetailSkeleton } from "@/components/forms/page-skeleton";

export default function Loading() {
  return <DetailSkeleton parent={{ label: "Providers", href: "/pools?by=provider" }} />;
}
