import type { Experiment } from '../experiment/experiment.ts';

/** More nodes would be harmed at once than is allowed. */
export class BlastRadiusExceeded extends Error {
  override readonly name = 'BlastRadiusExceeded';
  readonly needed: number;
  readonly allowed: number;

  constructor(message: string, needed: number, allowed: number) {
    super(message);
    this.needed = needed;
    this.allowed = allowed;
  }
}

export interface Radius {
  readonly nodes: number;
  readonly tolerance: number;
  readonly experiment: Pick<Experiment, 'name' | 'blastRadius' | 'beyondTolerance'>;
  /** The user's ceiling on the share of nodes; absent: the experiment's own. */
  readonly ceiling?: number | undefined;
}

/** How many nodes a share of them is, rounded down; the tiny addition forgives 0.28999… of what was meant as 0.29. */
export const allowedNodes = (share: number, nodes: number): number => Math.floor(share * nodes + 1e-9);

/** How many nodes may be harmed at once: what the experiment asks for, never past the tolerance undeclared, never past the ceiling. */
export function limitOf({ nodes, tolerance, experiment, ceiling }: Radius): number {
  const survivable = experiment.beyondTolerance?.nodes ?? tolerance;
  const own = experiment.blastRadius === undefined ? survivable : allowedNodes(experiment.blastRadius, nodes);
  const limit = Math.min(own, survivable, nodes);
  return ceiling === undefined ? limit : Math.min(limit, allowedNodes(ceiling, nodes));
}

/** Refuses harm to so many nodes at once. A number that is no number is refused too. @throws BlastRadiusExceeded */
export function admit(radius: Radius, harmed: number): void {
  const limit = limitOf(radius);
  if (harmed <= limit) return;

  const { nodes, experiment, ceiling } = radius;
  const what = `"${experiment.name}" harms ${harmed} of ${nodes} nodes at once`;
  if (ceiling !== undefined && allowedNodes(ceiling, nodes) <= limit) {
    throw new BlastRadiusExceeded(
      `${what}, and a blast radius of ${ceiling} allows ${limit}. Give it --blast-radius ${shareFor(harmed, nodes)} or more.`,
      harmed,
      limit,
    );
  }
  throw new BlastRadiusExceeded(
    `${what}, and allowed are ${limit}. What goes further must say so in beyondTolerance: { nodes: ${harmed}, why }.`,
    harmed,
    limit,
  );
}

/** The smallest share with two decimals that allows so many nodes. */
export const shareFor = (harmed: number, nodes: number): number => Math.ceil((harmed / nodes) * 100 - 1e-9) / 100;
