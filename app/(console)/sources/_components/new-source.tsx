"use client";

import { useState } from "react";
import { useAction } from "@/components/forms/use-action";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { Form, FormActions } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page-header";
import { addSource } from "../actions";
import { Connect } from "./connect";
import type { Guide } from "./guide";
import { SourceFields, sourceInput } from "./source-fields";

/** Adds a source of one kind: its form, then how to connect it and what arrives. */
export function NewSource({ guide, name, appUrl }: { guide: Guide; name: string; appUrl: string | null }) {
  const [made, setMade] = useState<{ id: string; name: string; token: string } | null>(null);
  const { run, busy, failure } = useAction(addSource, setMade);
  if (made !== null) {
    return (
      <>
        <PageHeader
          parent={{ label: "Sources", href: "/sources" }}
          title={`Connect ${made.name}`}
          actions={
            <ButtonLink href={`/sources/${made.id}`} variant="primary">
              Open the source
            </ButtonLink>
          }
        />
        <Connect
          guide={guide}
          source={{ id: made.id, accepted: 0, duplicates: 0, rejected: 0 }}
          token={made.token}
          appUrl={appUrl}
        />
      </>
    );
  }
  return (
    <>
      <PageHeader
        parent={{ label: "Sources", href: "/sources" }}
        title={`Add ${guide.title}`}
        description={guide.about}
      />
      <Card className="max-w-xl">
        <Form action={(data) => void run({ ...sourceInput(data), format: guide.format })} {...failure}>
          <SourceFields guide={guide} name={name} />
          <FormActions>
            <Button type="submit" variant="primary" loading={busy}>
              Add source
            </Button>
            <ButtonLink href="/sources/new">Choose another</ButtonLink>
          </FormActions>
        </Form>
      </Card>
    </>
  );
}
