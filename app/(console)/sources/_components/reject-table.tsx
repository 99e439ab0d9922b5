"use client";

import { ChevronRight } from "lucide-react";
import { Fragment, useState } from "react";
import { RejectView } from "@/components/sources/sample-view";
import { IconButton } from "@/components/ui/icon-button";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import type { RejectSample } from "@/lib/features/sources/schemas";

/** The latest rejected records, each with what arrived behind it. */
export function RejectTable({ rejects }: { rejects: readonly RejectSample[] }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Table wide caption="Rejected events">
      <TableHead>
        <tr>
          <Th>
            <span className="sr-only">Record</span>
          </Th>
          <Th>When</Th>
          <Th>Field</Th>
          <Th>Reason</Th>
          <Th numeric>Index</Th>
        </tr>
      </TableHead>
      <TableBody>
        {named(rejects).map(([id, reject]) => (
          <Fragment key={id}>
            <Row>
              <Td className="w-9 pr-0">
                <IconButton
                  size="sm"
                  label={open === id ? "Hide the record" : "Show the record"}
                  aria-expanded={open === id}
                  icon={<ChevronRight className={open === id ? "rotate-90" : ""} />}
                  onClick={() => setOpen(open === id ? null : id)}
                />
              </Td>
              <Td className="text-fg-2">
                <RelativeTime at={Date.parse(reject.at)} />
              </Td>
              <Td className="max-w-56 truncate">
                <code className="foreign-text font-mono text-xs">{reject.field || "event"}</code>
              </Td>
              <Td className="foreign-text w-full min-w-56 whitespace-normal">{reject.message}</Td>
              <Td numeric className="text-fg-3">
                {reject.index}
              </Td>
            </Row>
            {open === id && (
              <tr className="border-b last:border-b-0">
                <td colSpan={5} className="bg-bg p-0">
                  <RejectView reject={reject} name="Rejected event" />
                </td>
              </tr>
            )}
          </Fragment>
        ))}
      </TableBody>
    </Table>
  );
}

/** Rejects with a name each that stays when newer ones come in above: their time, and their place within it from below. */
function named(rejects: readonly RejectSample[]): [string, RejectSample][] {
  const seen = new Map<string, number>();
  return rejects
    .toReversed()
    .map((reject): [string, RejectSample] => {
      const place = seen.get(reject.at) ?? 0;
      seen.set(reject.at, place + 1);
      return [`${reject.at} ${place}`, reject];
    })
    .toReversed();
}
