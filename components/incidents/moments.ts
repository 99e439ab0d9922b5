import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
import type { IncidentTransition } from "@/lib/features/incidents/schemas";
import { notificationWords } from "../deliveries/words";

/** Something about an incident that was worth a message, or was not, and why; with what became of it for each channel. */
export type Moment = {
  /** Of the row that it comes from. */
  id: string;
  at: number;
  title: string;
  /** The key, where several share the incident. */
  key: string | null;
  /** Why nobody was to be told. */
  quiet: string | null;
  deliveries: DeliveryDto[];
};

/** Every change of state, and every message that time alone asked for; the latest first. */
export function momentsOf(
  transitions: readonly IncidentTransition[],
  deliveries: readonly DeliveryDto[],
): Moment[] {
  const byTransition = new Map<string, DeliveryDto[]>();
  const byTime = new Map<string, DeliveryDto[]>();
  for (const delivery of deliveries.toReversed()) {
    const [map, name] =
      delivery.transition === null
        ? [byTime, `${delivery.created_at} ${delivery.kind}`]
        : [byTransition, delivery.transition];
    map.set(name, [...(map.get(name) ?? []), delivery]);
  }
  const changes = transitions.map((transition): Moment => {
    const told = byTransition.get(transition.id) ?? [];
    return {
      id: transition.id,
      at: Date.parse(transition.at),
      title: changeWords(transition),
      key: transition.key,
      quiet: transition.quiet ?? (told.length === 0 ? "The rule had no channel." : null),
      deliveries: told,
    };
  });
  const others = [...byTime.values()].flatMap(([first, ...more]): Moment[] =>
    first === undefined
      ? []
      : [
          {
            id: first.id,
            at: Date.parse(first.created_at),
            title: notificationWords(first.kind),
            key: null,
            quiet: null,
            deliveries: [first, ...more],
          },
        ],
  );
  // What happens at one instant is read from the change to what followed from it.
  return [...changes, ...others]
    .map((moment, index) => ({ moment, index }))
    .sort((a, b) => b.moment.at - a.moment.at || b.index - a.index)
    .map(({ moment }) => moment);
}

const STATUS: Readonly<Record<string, string>> = { no_data: "no data" };

/** "ok → firing, warning" */
export function changeWords({ from, to, severity }: IncidentTransition): string {
  const word = (status: string) => STATUS[status] ?? status;
  const change = from === to ? word(to) : `${word(from)} → ${word(to)}`;
  return severity === null ? change : `${change}, ${severity}`;
}
