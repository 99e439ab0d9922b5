import { Loading as Page } from "@/components/forms/page-skeleton";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton, SkeletonRows } from "@/components/ui/skeleton";

export default function Loading() {
  return (
    <Page>
      <PageHeader
        title="Mailbox"
        description="What would have been sent. These messages are kept because the server of their channel is not set up."
      />
      <div className="grid items-start gap-3 lg:grid-cols-[20rem_minmax(0,1fr)]">
        <Card padded={false}>
          <SkeletonRows rows={10} />
        </Card>
        <Card className="max-lg:hidden">
          <Skeleton className="mb-4 h-5 w-2/3" />
          <Skeleton className="h-[26rem]" />
        </Card>
      </div>
    </Page>
  );
}
