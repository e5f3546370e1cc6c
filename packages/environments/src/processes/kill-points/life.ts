import { type Fault, type FaultData, faultCatalogue } from '@qflow/chaos';

/** One fault from its deployment to the end of its cluster, as the kill points count it. */
export interface Life {
  readonly name: string;
  /** Null: nothing is harmed, and what is counted is deploying and ending a cluster. */
  readonly fault: FaultData | null;
  /** The victim stops itself at an event first. */
  readonly isArmed: boolean;
}

const nodes: Fault['nodes'] = { names: ['n1'] };

/** The options of kinds that have any but `nodes`; each gives a life of its own. */
const variants: Readonly<Partial<Record<keyof typeof faultCatalogue, readonly object[]>>> = {
  'damage-log': [{ how: 'tear' }, { how: 'flip' }],
};

/** Every fault of the catalogue in every variant, an armed one, and a cluster without any. Grows with the catalogue. */
export function lives(): readonly Life[] {
  const kinds = Object.keys(faultCatalogue) as (keyof typeof faultCatalogue)[];
  const faults = kinds.flatMap((kind) =>
    (variants[kind] ?? [{}]).map((options): Life => {
      const name = [kind, ...Object.values(options)].join(' ');
      return { name, fault: { kind, nodes, ...options } as FaultData, isArmed: false };
    }),
  );
  return [
    { name: 'no fault', fault: null, isArmed: false },
    ...faults,
    { name: 'armed crash', fault: { kind: 'crash', nodes } as FaultData, isArmed: true },
  ];
}
