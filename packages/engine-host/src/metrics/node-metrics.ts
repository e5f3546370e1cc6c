import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { NodeStatus } from '@qflow/engine';
import type { Json } from '@qflow/ports';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a node counts and measures, in Prometheus' text format. */
export interface NodeMetrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** Every event of the trace is counted, some by what they say. */
  observeEvent(event: string, value: Json): void;
  /** Call what it returns when the answer leaves. */
  requestStarted(): (method: string, status: number) => void;
  /** Where the gauges are read from, once there is a node. */
  readStatus(status: () => NodeStatus): void;
  close(): void;
}

const conditions = ['voting', 'observing', 'failing'] as const;

export function nodeMetrics(): NodeMetrics {
  const registry = new Registry();
  const registers = [registry];
  let status: (() => NodeStatus) | undefined;

  const events = new Counter({
    name: 'qflow_events_total',
    help: 'Events of the trace',
    labelNames: ['event'],
    registers,
  });
  const blocks = new Counter({
    name: 'qflow_blocks_finalized_total',
    help: 'Blocks finalised since the start',
    registers,
  });
  const votes = new Counter({ name: 'qflow_votes_total', help: 'Votes signed', labelNames: ['kind'], registers });
  const changes = new Counter({
    name: 'qflow_view_changes_total',
    help: 'Views given up',
    labelNames: ['why'],
    registers,
  });
  const requests = new Histogram({
    name: 'qflow_http_request_seconds',
    help: 'From the head of a request to its answer',
    labelNames: ['method', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });

  const gauge = (name: string, help: string, read: (status: NodeStatus) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        if (status !== undefined) {
          this.set(read(status()));
        }
      },
    });
  gauge('qflow_view', 'The view in progress', ({ view }) => view);
  gauge('qflow_finalized_height', 'Blocks finalised since genesis', ({ finalized }) => finalized.height);
  gauge('qflow_finalized_view', 'View of the last finalised block', ({ finalized }) => finalized.view);
  gauge('qflow_leader', 'Proposer of the view in progress', ({ leader }) => leader);
  gauge('qflow_connected_peers', 'Peers with a live link', ({ connected }) => connected.length);
  gauge('qflow_pending_requests', 'Requests without a place yet', ({ pendingRequests }) => pendingRequests);
  new Gauge({
    name: 'qflow_condition',
    help: 'One for the condition that the node is in',
    labelNames: ['condition'],
    registers,
    collect() {
      for (const condition of conditions) {
        this.set({ condition }, status?.().condition === condition ? 1 : 0);
      }
    },
  });

  // Fine enough to see what matters, and next to no cost at rest.
  const resolutionMs = 50;
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  // It measures from one of its ticks to the next.
  const lateSeconds = (betweenTicksNs: number) => Math.max(0, betweenTicksNs / 1e9 - resolutionMs / 1e3);
  new Gauge({
    name: 'qflow_event_loop_delay_seconds',
    help: 'How late the event loop was since the last scrape',
    labelNames: ['statistic'],
    registers,
    collect() {
      this.set({ statistic: 'p50' }, lateSeconds(delay.percentile(50)));
      this.set({ statistic: 'p99' }, lateSeconds(delay.percentile(99)));
      this.set({ statistic: 'max' }, lateSeconds(delay.max));
      delay.reset();
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: 'process_cpu_seconds_total',
    help: 'Processor time used, user and system',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.set((user + system) / 1e6);
    },
  });

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    readStatus(read) {
      status = read;
    },
    close: () => void delay.disable(),

    observeEvent(event, value) {
      events.inc({ event });
      if (event === 'finalized') {
        blocks.inc();
      } else if (event === 'vote') {
        votes.inc({ kind: String((value as { readonly kind?: Json }).kind) });
      } else if (event === 'view-change') {
        changes.inc({ why: String((value as { readonly why?: Json }).why) });
      }
    },

    requestStarted() {
      const startMs = performance.now();
      return (method, status) => requests.observe({ method, status }, (performance.now() - startMs) / 1000);
    },
  };
}
