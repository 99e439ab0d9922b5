import { Loading as Page } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonRows, TabsSkeleton } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <Page>
      <PageHeader title="Pools and providers" />
      <TabsSkeleton tabs={2} />
      <Card padded={false}>
        <SkeletonRows rows={6} head />
      </Card>
    </Page>
  );
}
