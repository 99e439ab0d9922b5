import { SearchX } from "lucide-react";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";

export default function NotFound() {
  return (
    <EmptyState
      page
      className="py-16"
      icon={<SearchX aria-hidden />}
      title="There is nothing at this address"
      action={<ButtonLink href="/">To the overview</ButtonLink>}
    >
      It may have been deleted, or the address is mistyped.
    </EmptyState>
  );
}
