"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { clsx } from "clsx";
import { KeyRound, Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";
import { StateBadge } from "@/components/state/state-badge";
import { Kbd } from "@/components/ui/kbd";
import type { KeyDto } from "@/lib/features/keys/schemas";
import { findEntries } from "./find";
import { showOverlay } from "./overlay";
import { actions, PAGES, type PaletteEntry } from "./palette-entries";
import { useKeySearch } from "./use-key-search";
import type { ShellUser } from "./user-menu";

const MOST_KEYS = 6;

type Line = PaletteEntry & { key?: KeyDto };
type Group = { title: string; lines: Line[] };

/** Finds keys (on the server), pages and actions by a few letters; arrows choose, Enter goes. */
export function CommandPalette({ user, signOut }: { user: ShellUser; signOut: () => void | Promise<void> }) {
  const router = useRouter();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const { keys, state } = useKeySearch(text, MOST_KEYS);
  const list = useId();
  const box = useRef<HTMLDivElement>(null);

  const groups = useMemo((): Group[] => {
    const all: Group[] = [
      { title: "Keys", lines: keys.map(keyLine) },
      { title: "Pages", lines: findEntries(PAGES, text) },
      {
        title: "Actions",
        lines: findEntries(
          actions(user.role, () => void signOut()),
          text,
        ),
      },
    ];
    return all.filter(({ lines }) => lines.length > 0);
  }, [keys, text, user.role, signOut]);
  const lines = groups.flatMap((group) => group.lines);
  const chosen = Math.min(at, Math.max(0, lines.length - 1));

  function go(line: Line | undefined) {
    if (line === undefined) return;
    showOverlay(null);
    if ("href" in line) router.push(line.href);
    else line.run();
  }

  function press(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && lines.length > 0) {
      event.preventDefault();
      const next = (chosen + step + lines.length) % lines.length;
      setAt(next);
      box.current?.querySelectorAll("[role=option]")[next]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      go(lines[chosen]);
    }
  }

  return (
    <Base.Root open onOpenChange={(open) => !open && showOverlay(null)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-backdrop" />
        <Base.Popup className="fixed z-50 flex flex-col bg-raised text-fg text-sm shadow-pop outline-none max-sm:inset-0 sm:top-[14dvh] sm:left-1/2 sm:max-h-[64dvh] sm:w-[38rem] sm:max-w-[calc(100vw-2rem)] sm:-translate-x-1/2 sm:rounded-2xl">
          <Base.Title className="sr-only">Find a key, page or action</Base.Title>
          <div className="flex items-center gap-2.5 border-b px-4">
            <Search aria-hidden className="size-4 shrink-0 text-fg-3" />
            <input
              // biome-ignore lint/a11y/noAutofocus: the window exists to be typed into
              autoFocus
              role="combobox"
              aria-label="Find a key, page or action"
              aria-expanded
              aria-controls={list}
              aria-activedescendant={lines.length > 0 ? `${list}-${chosen}` : undefined}
              aria-autocomplete="list"
              autoComplete="off"
              spellCheck={false}
              maxLength={200}
              placeholder="Find a key, page or action"
              value={text}
              onChange={(event) => {
                setText(event.currentTarget.value);
                setAt(0);
              }}
              onKeyDown={press}
              className="h-12 min-w-0 grow bg-transparent text-base outline-none"
            />
            <Base.Close className="rounded-xs" aria-label="Esc: close">
              <Kbd>Esc</Kbd>
            </Base.Close>
          </div>
          <div
            ref={box}
            id={list}
            role="listbox"
            aria-label="Found"
            className={clsx("min-h-0 overflow-y-auto p-1.5", lines.length > 0 && "grow")}
          >
            {groups.map(({ title, lines: of }) => (
              // biome-ignore lint/a11y/useSemanticElements: a group of options is no fieldset
              <div key={title} role="group" aria-label={title}>
                <p aria-hidden className="px-2.5 pt-2 pb-1 text-fg-3 text-xs">
                  {title}
                </p>
                {of.map((line) => {
                  const index = lines.indexOf(line);
                  return (
                    <PaletteLine
                      key={line.id}
                      id={`${list}-${index}`}
                      line={line}
                      chosen={index === chosen}
                      onPoint={() => setAt(index)}
                      onChoose={() => go(line)}
                    />
                  );
                })}
              </div>
            ))}
          </div>
          <p
            role="status"
            className={clsx("px-4 text-fg-2", (lines.length === 0 || state === "failed") && "py-4")}
          >
            {state === "failed" && "Keys cannot be searched just now: Keygauge does not answer."}
            {lines.length === 0 && state === "idle" && "Nothing has these letters."}
            {lines.length === 0 && state === "searching" && "Searching keys …"}
          </p>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function keyLine(key: KeyDto): Line {
  return { id: `key ${key.id}`, label: key.name ?? key.hint, icon: KeyRound, href: `/keys/${key.id}`, key };
}

function PaletteLine({
  id,
  line,
  chosen,
  onPoint,
  onChoose,
}: {
  id: string;
  line: Line;
  chosen: boolean;
  onPoint: () => void;
  onChoose: () => void;
}) {
  const { icon: Icon, key } = line;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the focus stays in the field, whose keys choose
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      onPointerMove={onPoint}
      onClick={onChoose}
      className={clsx(
        "flex min-h-9 cursor-default items-center gap-2.5 rounded-md px-2.5 pointer-coarse:min-h-11",
        chosen && "bg-hover",
      )}
    >
      <Icon aria-hidden className="size-[15px] shrink-0 text-fg-3" strokeWidth={1.8} />
      <bdi className="min-w-0 truncate">{line.label.slice(0, 200)}</bdi>
      {key !== undefined && (
        <>
          <span className="shrink-0 font-mono text-fg-3 text-xs">
            {key.provider !== null && <bdi>{key.provider.slice(0, 24)} </bdi>}
            {key.name !== null && <bdi>{key.hint}</bdi>}
          </span>
          <span className="ml-auto shrink-0">
            <StateBadge state={key.state} />
          </span>
        </>
      )}
      {line.hint !== undefined && (
        <span aria-hidden className="ml-auto flex gap-1">
          {line.hint.split(" ").map((part) => (
            <Kbd key={part}>{part}</Kbd>
          ))}
        </span>
      )}
    </div>
  );
}
