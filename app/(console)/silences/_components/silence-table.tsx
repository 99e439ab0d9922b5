import { Copy } from "lucide-react";
import { ButtonLink } from "@/components/ui/button-link";
import { Instant, RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import type { SilenceDto } from "@/lib/features/silences/schemas";
import { EndSilence } from "./end-silence";
import type { MatcherPart } from "./matcher";
import { newSilenceHref } from "./silence-href";

type Listed = SilenceDto & { parts: readonly MatcherPart[] };

export function SilenceTable({ silences, canWrite }: { silences: readonly Listed[]; canWrite: boolean }) {
  return (
    <Table caption="Silences">
      <TableHead>
        <tr>
          <Th>Silences</Th>
          <Th className="max-sm:hidden">From</Th>
          <Th>Until</Th>
          <Th className="max-md:hidden">By</Th>
          {canWrite && (
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          )}
        </tr>
      </TableHead>
      <TableBody>
        {silences.map((silence) => (
          <Row key={silence.id}>
            <Td className="w-full max-w-80 max-sm:max-w-0 sm:min-w-44">
              <Matcher parts={silence.parts} />
              {silence.comment !== "" && (
                <span className="foreign-text line-clamp-2 whitespace-normal text-fg-3 text-xs">
                  {silence.comment}
                </span>
              )}
            </Td>
            <Td className="text-fg-2 max-sm:hidden">
              <Instant at={Date.parse(silence.starts_at)} />
            </Td>
            <Td className="text-fg-2">
              <Instant at={Date.parse(silence.ended_at ?? silence.ends_at)} />
              <span className="block text-fg-3 text-xs">
                {silence.ended_at === null ? (
                  <RelativeTime at={Date.parse(silence.ends_at)} />
                ) : (
                  "ended by hand"
                )}
              </span>
            </Td>
            <Td className="foreign-text max-w-40 truncate text-fg-2 max-md:hidden">{silence.created_by}</Td>
            {canWrite && (
              <Td>
                <span className="flex justify-end gap-2">
                  <ButtonLink
                    size="sm"
                    className="max-sm:hidden"
                    href={newSilenceHref(silence.matcher, silence.comment)}
                    icon={<Copy aria-hidden />}
                  >
                    Duplicate
                  </ButtonLink>
                  {silence.state !== "expired" && (
                    <EndSilence id={silence.id} upcoming={silence.state === "upcoming"} />
                  )}
                </span>
              </Td>
            )}
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

function Matcher({ parts }: { parts: readonly MatcherPart[] }) {
  if (parts.length === 0) return <span className="font-medium">Everything</span>;
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-0.5">
      {parts.map(({ field, name, href }) => (
        <span key={field} className="max-w-60 truncate">
          <span className="text-fg-3">{field}</span>{" "}
          {href === null ? (
            <bdi className="font-medium">{name}</bdi>
          ) : (
            <TextLink href={href} className="font-medium text-fg">
              {name}
            </TextLink>
          )}
        </span>
      ))}
    </span>
  );
}
