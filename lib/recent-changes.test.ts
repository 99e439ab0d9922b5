import { describe, expect, it } from "vitest";
import { RecentChanges } from "./recent-changes";
import { type CommitNotice, type EntityChange, Signal } from "./runtime";

function open(serverId = "one") {
  const changed = new Signal<EntityChange>();
  const committed = new Signal<CommitNotice>();
  const recent = new RecentChanges({ serverId, changed, committed });
  return {
    recent,
    change: (entity: string, id: string) => changed.emit({ entity, id }),
    commit: () => committed.emit({ deltas: [], keyIds: [1] }),
    told: (cursor: string) => recent.since(cursor)?.changes.map(({ entity, id }) => `${entity} ${id}`),
  };
}

describe("RecentChanges", () => {
  it("tells what came after a cursor, and nothing that came before", () => {
    const { recent, change, told } = open();
    change("rule", "a");
    const cursor = recent.cursor;
    expect(recent.since(cursor)).toEqual({ changes: [], usage: false });
    change("rule", "b");
    change("incident", "a");
    expect(told(cursor)).toEqual(["rule b", "incident a"]);
    expect(told(recent.cursor)).toEqual([]);
  });

  it("tells a change that came several times once, with the latest number", () => {
    const { recent, change, told } = open();
    const first = recent.cursor;
    change("rule", "a");
    const second = recent.cursor;
    change("rule", "a");
    expect(told(first)).toEqual(["rule a"]);
    expect(told(second)).toEqual(["rule a"]);
    expect(told(recent.cursor)).toEqual([]);
  });

  it("tells that events came in", () => {
    const { recent, commit } = open();
    const cursor = recent.cursor;
    commit();
    expect(recent.since(cursor)).toEqual({ changes: [], usage: true });
    expect(recent.since(recent.cursor)).toEqual({ changes: [], usage: false });
  });

  it("does not know what came after a cursor of another process", () => {
    const [one, other] = [open("one"), open("other")];
    expect(other.recent.since(one.recent.cursor)).toBeNull();
  });

  it("does not know any more once it had to forget what came after, and knows again of what is newer", () => {
    const { recent, change, told } = open();
    const old = recent.cursor;
    change("key", "0");
    const afterFirst = recent.cursor;
    for (let i = 1; i <= 1_000; i++) change("key", String(i));
    expect(recent.since(old)).toBeNull();
    expect(told(afterFirst)).toHaveLength(1_000);
    change("key", "1001");
    expect(recent.since(afterFirst)).toBeNull();
  });
});
