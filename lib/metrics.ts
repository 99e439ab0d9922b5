import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What /metrics shows of this process. Names and units follow Prometheus' conventions. */
export const registry = new Registry();

const registers = [registry];

export const metrics = {
  events: new Counter({
    name: "keygauge_events_total",
    help: "Events received, by what became of them.",
    labelNames: ["result"],
    registers,
  }),
  flushSeconds: new Histogram({
    name: "keygauge_flush_seconds",
    help: "Time to store one flush, its commit included.",
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    registers,
  }),
  flushEvents: new Histogram({
    name: "keygauge_flush_events",
    help: "Events that shared one flush.",
    buckets: [1, 10, 100, 500, 1000, 2000, 4000, 10_000],
    registers,
  }),
  flushFailures: new Counter({
    name: "keygauge_flush_failures_total",
    help: "Flushes that could not be stored; their senders were told to retry.",
    registers,
  }),
  waitingEvents: new Gauge({
    name: "keygauge_waiting_events",
    help: "Events that wait for their flush.",
    registers,
  }),
  channelsFailing: new Gauge({
    name: "keygauge_channels_failing",
    help: "Channels in use that take no messages.",
    registers,
  }),
};

/** Node's own metrics; called once, by the server. */
export function collectProcessMetrics(): void {
  collectDefaultMetrics({ register: registry });
}
