import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { KeyName } from "@/components/keys/key-name";
import { useVisibleRows } from "@/components/table/use-visible-rows";
import { stretchOf } from "@/components/table/visible-rows";
import { SamePageLink } from "@/components/ui/same-page-link";
import { Skeleton } from "@/components/ui/skeleton";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import type { KeyRowDto, KeySort } from "@/lib/features/keys/schemas";
import { type Column, ordersOf } from "./columns";
import { CELLS } from "./key-cells";
import { PAGE_ROWS } from "./stretch";
import type { Selection } from "./use-selection";

type Href = (changes: Record<string, string | null>) => string;

const ROW_PX = 57;
/** A line's cells may be of any height; the row is of this one, so that the length of the list is known. */
const ROW = "h-[57px] max-sm:h-[93px]";

/** Keys, a row each; only those in sight are drawn, however many there are. */
export function KeyTable({
  total,
  rowAt,
  ask,
  at,
  columns,
  sort,
  href,
  selection,
}: {
  total: number;
  rowAt(index: number): KeyRowDto | undefined;
  ask(stretch: { offset: number; limit: number }): void;
  at: number;
  columns: readonly Column[];
  sort: string;
  href: Href;
  /** Null for those who may change nothing. */
  selection: Selection | null;
}) {
  const box = useRef<HTMLElement>(null);
  const { first, last, before, after } = useVisibleRows(box, total, ROW_PX);
  const askRef = useRef(ask);
  askRef.current = ask;
  useEffect(() => {
    const stretch = stretchOf(first, last, PAGE_ROWS);
    const timer = setTimeout(() => askRef.current(stretch), 60);
    return () => clearTimeout(timer);
  }, [first, last]);
  const width = columns.length + (selection === null ? 1 : 2);

  return (
    <Table
      caption="Keys"
      boxRef={box}
      aria-rowcount={total + 1}
      className="max-h-[max(26rem,calc(100dvh-14.5rem))] overscroll-contain [&_td]:py-1 [&_td:not(:first-child,:last-child)]:px-2.5 max-sm:[&_td:not(:first-child,:last-child)]:px-1.5 [&_th:not(:first-child,:last-child)]:px-2.5"
    >
      <TableHead sticky>
        <tr aria-rowindex={1}>
          {selection !== null && (
            <Th className="w-8 pr-0">
              <span className="sr-only">Chosen</span>
            </Th>
          )}
          <Th aria-sort={sortOf("name", sort)}>
            <SortLink sort="name" current={sort} href={href}>
              Key
            </SortLink>
          </Th>
          {columns.map(({ id, label, sort: by, numeric = false }) => (
            <Th
              key={id}
              numeric={numeric}
              aria-sort={by === undefined ? undefined : sortOf(by, sort)}
              className={CELLS[id].className?.includes("max-sm:hidden") ? "max-sm:hidden" : undefined}
            >
              {by === undefined ? (
                label
              ) : (
                <SortLink sort={by} current={sort} href={href}>
                  {label}
                </SortLink>
              )}
            </Th>
          ))}
        </tr>
      </TableHead>
      <TableBody>
        {before > 0 && <Room height={before} width={width} />}
        {Array.from({ length: last - first }, (_, i) => first + i).map((index) => {
          const row = rowAt(index);
          return row === undefined ? (
            <tr key={`place ${index}`} data-row aria-rowindex={index + 2} className={`${ROW} border-b`}>
              <td colSpan={width} className="px-4">
                <Skeleton className="w-2/3" />
              </td>
            </tr>
          ) : (
            // By its key, not its place: bars would slide from one key's headroom to another's when the order changes.
            <Row key={row.id} data-row aria-rowindex={index + 2} className={ROW}>
              {selection !== null && (
                <Td className="w-8 pr-0">
                  <input
                    type="checkbox"
                    aria-label={`Choose ${(row.name ?? row.hint).slice(0, 100)}`}
                    checked={selection.has(row.id)}
                    onChange={(event) => selection.set(index, row.id, event)}
                    className="block size-4 accent-accent-solid pointer-coarse:size-5"
                  />
                </Td>
              )}
              <Td>
                <KeyName of={row} />
              </Td>
              {columns.map(({ id, numeric = false }) => (
                <Td key={id} numeric={numeric} className={CELLS[id].className}>
                  {CELLS[id].draw(row, at)}
                </Td>
              ))}
            </Row>
          );
        })}
        {after > 0 && <Room height={after} width={width} />}
      </TableBody>
    </Table>
  );
}

/** As high as the rows that are not drawn. */
function Room({ height, width }: { height: number; width: number }) {
  return (
    <tr aria-hidden style={{ height }}>
      <td colSpan={width} />
    </tr>
  );
}

function SortLink({
  sort,
  current,
  href,
  children,
}: {
  sort: KeySort;
  current: string;
  href: Href;
  children: ReactNode;
}) {
  const [first, other] = ordersOf(sort);
  const Arrow = current === first ? ArrowDown : ArrowUp;
  return (
    <SamePageLink
      href={href({ sort: current === first ? other : first })}
      className="inline-flex items-center gap-1 rounded-xs hover:text-fg"
    >
      {children}
      {(current === first || current === other) && <Arrow aria-hidden className="size-3" />}
    </SamePageLink>
  );
}

function sortOf(sort: KeySort, current: string): "ascending" | "descending" | undefined {
  if (current === sort) return "ascending";
  return current === `-${sort}` ? "descending" : undefined;
}
