import type { Network, NetworkListener, NodeIndex, Random } from '@qflow/ports';
import type { Incarnation } from './incarnation.ts';
import { checkRule, type Direction, type LinkRule, type TransportTiming } from './link.ts';
import { eventKind, instantMs, type Scheduler } from './scheduler.ts';

/** A node's end of all its links, for one life. */
interface Endpoint {
  readonly life: Incarnation;
  listener: NetworkListener | null;
  /** The connection that this end takes for live, by peer; 0 for none. */
  readonly live: number[];
}

/**
 * One connection for each pair of nodes, with a rule for each direction. A cut direction holds what is sent; when it
 * stays silent for long enough, both ends give the connection up, and what was under way on it is lost. As soon as
 * both directions are whole again, a new connection is made.
 */
export class SimulatedNetwork {
  readonly #scheduler: Scheduler;
  readonly #timing: TransportTiming;
  readonly #random: Random;
  readonly #size: number;
  readonly #directions: Direction[];
  readonly #endpoints: (Endpoint | null)[];
  readonly #dialing = new Set<number>();
  #connections = 0;
  #delivered = 0;

  constructor(scheduler: Scheduler, random: Random, size: number, rule: LinkRule, timing: TransportTiming) {
    this.#scheduler = scheduler;
    this.#timing = timing;
    this.#random = random.stream('transport');
    this.#size = size;
    this.#endpoints = Array.from({ length: size }, () => null);
    this.#directions = Array.from({ length: size * size }, (_, place) => ({
      rule: checkRule(rule),
      cutSinceMs: null,
      held: [],
      heldBytes: 0,
      lastArrivalMs: 0,
      random: random.stream(`link ${Math.floor(place / size)} to ${place % size}`),
    }));
  }

  /** Messages handed to a listener so far. */
  get delivered(): number {
    return this.#delivered;
  }

  setRule(from: NodeIndex, to: NodeIndex, rule: LinkRule): void {
    this.#direction(from, to).rule = checkRule(rule);
  }

  rule(from: NodeIndex, to: NodeIndex): LinkRule {
    return this.#direction(from, to).rule;
  }

  /** Nothing gets from `from` to `to` until the heal. */
  cut(from: NodeIndex, to: NodeIndex): void {
    const direction = this.#direction(from, to);
    if (direction.cutSinceMs === null) {
      direction.cutSinceMs = this.#scheduler.nowMs;
      this.#watchSilence(from, to, () => direction.cutSinceMs);
    }
  }

  heal(from: NodeIndex, to: NodeIndex): void {
    const direction = this.#direction(from, to);
    if (direction.cutSinceMs !== null) {
      direction.cutSinceMs = null;
      const held = direction.held;
      direction.held = [];
      direction.heldBytes = 0;
      for (const { connection, message } of held) {
        this.#carry(from, to, connection, message, direction);
      }
      this.#reconcile(from, to);
    }
  }

  isCut(from: NodeIndex, to: NodeIndex): boolean {
    return this.#direction(from, to).cutSinceMs !== null;
  }

  /** Breaks the connection, and with it all that is under way. A new one follows. */
  reset(one: NodeIndex, other: NodeIndex): void {
    this.#close(one, other, this.#endpoints[one]?.live[other] ?? 0);
    this.#close(other, one, this.#endpoints[other]?.live[one] ?? 0);
  }

  /** The network as one life of a node sees it. */
  attach(life: Incarnation): Network {
    const endpoint: Endpoint = { life, listener: null, live: new Array<number>(this.#size).fill(0) };
    this.#endpoints[life.node] = endpoint;
    const { node } = life;
    return {
      send: (to, message) => {
        const connection = endpoint.live[to];
        if (connection !== undefined && connection > 0 && life.alive) {
          this.#send(node, to, connection, message);
        }
      },
      connected: () => {
        const peers: NodeIndex[] = [];
        endpoint.live.forEach((connection, peer) => {
          if (connection > 0) {
            peers.push(peer);
          }
        });
        return peers;
      },
      listen: (listener) => {
        endpoint.listener = listener;
        this.#reconcileAll(node);
      },
      close: () => {
        if (this.#endpoints[node] === endpoint) {
          this.detach(node);
        }
      },
    };
  }

  /** The node is gone: its links die with it, and its peers' sockets notice. */
  detach(node: NodeIndex): void {
    const endpoint = this.#endpoints[node];
    if (endpoint != null) {
      endpoint.listener = null;
      endpoint.live.fill(0);
      this.#endpoints[node] = null;
      this.#reconcileAll(node);
    }
  }

  /** The node does nothing from now on, but its sockets stay open: only silence gives it away. */
  paused(node: NodeIndex): void {
    const life = this.#endpoints[node]?.life;
    for (let peer = 0; peer < this.#size; peer += 1) {
      if (peer !== node) {
        this.#watchSilence(node, peer, () => life?.pausedSinceMs ?? null);
      }
    }
  }

  resumed(node: NodeIndex): void {
    this.#reconcileAll(node);
  }

  #direction(from: NodeIndex, to: NodeIndex): Direction {
    const direction = from === to ? undefined : this.#directions[from * this.#size + to];
    if (direction === undefined || !(from >= 0 && from < this.#size && to >= 0 && to < this.#size)) {
      throw new RangeError(`There is no link from node ${from} to node ${to} among ${this.#size} nodes.`);
    }
    return direction;
  }

  #send(from: NodeIndex, to: NodeIndex, connection: number, message: Uint8Array): void {
    const direction = this.#direction(from, to);
    const { fingerprint } = this.#scheduler;
    fingerprint.word((from << 16) ^ to);
    fingerprint.bytes(message);
    if (direction.cutSinceMs === null) {
      this.#carry(from, to, connection, message, direction);
    } else if (direction.heldBytes + message.length <= this.#timing.queueBytes) {
      direction.held.push({ connection, message });
      direction.heldBytes += message.length;
    }
  }

  #carry(from: NodeIndex, to: NodeIndex, connection: number, message: Uint8Array, direction: Direction): void {
    const { rule, random } = direction;
    if (rule.loss > 0 && random.unit() < rule.loss) {
      return;
    }
    const delayMs = rule.delayMs + (rule.jitterMs > 0 ? random.unit() * rule.jitterMs : 0);
    let atMs = this.#scheduler.nowMs + delayMs;
    if (rule.reorder > 0 && random.unit() < rule.reorder) {
      atMs += random.unit() * (rule.delayMs + rule.jitterMs);
    } else {
      atMs = Math.max(atMs, direction.lastArrivalMs + instantMs);
      direction.lastArrivalMs = atMs;
    }
    this.#arrive(from, to, connection, message, atMs);
    if (rule.duplicate > 0 && random.unit() < rule.duplicate) {
      this.#arrive(from, to, connection, message, atMs + random.unit() * (rule.delayMs + rule.jitterMs));
    }
  }

  #arrive(from: NodeIndex, to: NodeIndex, connection: number, message: Uint8Array, atMs: number): void {
    // What has left already gets there, cut or not: a cut stands at the sender's end of the link.
    this.#scheduler.at(atMs, eventKind.delivery, to, () => {
      const endpoint = this.#endpoints[to];
      endpoint?.life.run(() => {
        if (endpoint.live[from] === connection && endpoint.listener !== null) {
          this.#delivered += 1;
          endpoint.listener.onMessage(from, message);
        }
      });
    });
  }

  #reconcileAll(node: NodeIndex): void {
    for (let peer = 0; peer < this.#size; peer += 1) {
      if (peer !== node) {
        this.#reconcile(node, peer);
      }
    }
  }

  /** Looks at a pair whose situation has changed, and sets going what its sockets would do. */
  #reconcile(one: NodeIndex, other: NodeIndex): void {
    if (this.isCut(one, other) || this.isCut(other, one)) {
      return;
    }
    const oneLive = this.#endpoints[one]?.live[other] ?? 0;
    const otherLive = this.#endpoints[other]?.live[one] ?? 0;
    if (oneLive !== otherLive) {
      this.#closeSoon(one, other, oneLive);
      this.#closeSoon(other, one, otherLive);
    } else if (oneLive === 0 && this.#canConnect(one, other)) {
      this.#dial(Math.min(one, other), Math.max(one, other));
    }
  }

  #canConnect(one: NodeIndex, other: NodeIndex): boolean {
    const ready = (endpoint: Endpoint | null | undefined): boolean =>
      endpoint != null && endpoint.listener !== null && endpoint.life.alive && endpoint.life.pausedSinceMs === null;
    return (
      ready(this.#endpoints[one]) && ready(this.#endpoints[other]) && !this.isCut(one, other) && !this.isCut(other, one)
    );
  }

  #dial(one: NodeIndex, other: NodeIndex): void {
    const pair = one * this.#size + other;
    if (this.#dialing.has(pair)) {
      return;
    }
    this.#dialing.add(pair);
    const atMs = this.#scheduler.nowMs + this.#timing.dialMs * (1 + this.#random.unit());
    this.#scheduler.at(atMs, eventKind.link, -1, () => {
      this.#dialing.delete(pair);
      const first = this.#endpoints[one];
      const second = this.#endpoints[other];
      if (first == null || second == null || !this.#canConnect(one, other)) {
        return;
      }
      if (first.live[other] !== 0 || second.live[one] !== 0) {
        this.#reconcile(one, other);
        return;
      }
      this.#connections += 1;
      this.#open(first, other, this.#connections, atMs);
      this.#open(second, one, this.#connections, atMs);
    });
  }

  #open(endpoint: Endpoint, peer: NodeIndex, connection: number, atMs: number): void {
    const { node } = endpoint.life;
    endpoint.live[peer] = connection;
    // Both ends learn of the link before anything arrives on it.
    const told = atMs + instantMs;
    const direction = this.#direction(peer, node);
    direction.lastArrivalMs = Math.max(direction.lastArrivalMs, told);
    this.#scheduler.at(told, eventKind.connected, node, () =>
      endpoint.life.run(() => {
        if (endpoint.live[peer] === connection) {
          endpoint.listener?.onConnected(peer);
        }
      }),
    );
  }

  /** Both ends give their connection up when the silence has lasted for the transport's patience without a break. */
  #watchSilence(from: NodeIndex, to: NodeIndex, silentSinceMs: () => number | null): void {
    const since = silentSinceMs();
    for (const [end, peer] of [
      [from, to],
      [to, from],
    ] as const) {
      const connection = this.#endpoints[end]?.live[peer] ?? 0;
      const atMs = this.#scheduler.nowMs + this.#timing.silenceDetectedMs * (1 + this.#random.unit() / 4);
      this.#scheduler.at(atMs, eventKind.link, end, () => {
        if (silentSinceMs() === since) {
          this.#close(end, peer, connection);
        }
      });
    }
  }

  #closeSoon(end: NodeIndex, peer: NodeIndex, connection: number): void {
    if (connection > 0) {
      const atMs = this.#scheduler.nowMs + this.#timing.closeNoticedMs;
      this.#scheduler.at(atMs, eventKind.link, end, () => {
        // A cut that came meanwhile keeps this news out too; its own watch closes the connection then.
        if (!this.isCut(peer, end)) {
          this.#close(end, peer, connection);
        }
      });
    }
  }

  #close(end: NodeIndex, peer: NodeIndex, connection: number): void {
    const endpoint = this.#endpoints[end];
    if (connection === 0 || endpoint == null) {
      return;
    }
    endpoint.life.run(() => {
      if (endpoint.live[peer] !== connection) {
        return;
      }
      endpoint.live[peer] = 0;
      this.#scheduler.at(this.#scheduler.nowMs, eventKind.disconnected, end, () =>
        endpoint.life.run(() => endpoint.listener?.onDisconnected(peer)),
      );
      this.#reconcile(end, peer);
    });
  }
}
