import { ListChecks } from "lucide-react";
import { Card } from "@/components/ui/card";
import { TextLink } from "@/components/ui/text-link";

/** What is left to set up, above the overview of an installation that receives events already. */
export function StartProgress({ done, of }: { done: number; of: number }) {
  return (
    <Card className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1.5 py-2.5">
      <ListChecks aria-hidden className="size-4 text-accent-text" />
      <p className="grow">
        <span className="font-medium">
          {done} of {of} steps of the set-up are done.
        </span>{" "}
        <TextLink className="underline" href="/start">
          See what is left
        </TextLink>
      </p>
      <span aria-hidden className="flex w-24 gap-1">
        {Array.from({ length: of }, (_, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: the steps are their places
            key={index}
            className={`h-1.5 grow rounded-full ${index < done ? "bg-ok" : "bg-track"}`}
          />
        ))}
      </span>
    </Card>
  );
}
