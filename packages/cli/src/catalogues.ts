import type { Environment, EnvironmentName, Experiment, Target } from '@qflow/chaos';

/** All that can be chosen from. The only place that knows every part. */
export interface Catalogues {
  readonly experiments: readonly Experiment[];
  /** What a first run takes: at most a minute in all on real processes. */
  readonly quickSet: readonly Experiment[];
  readonly environments: Readonly<Partial<Record<EnvironmentName, () => Environment>>>;
  readonly targets: Readonly<Record<string, () => Target>>;
}

export async function catalogues(): Promise<Catalogues> {
  const [{ experimentCatalogue, quickSet }, { processes, simulation }, { qflow }] = await Promise.all([
    import('@qflow/suites'),
    import('@qflow/environments'),
    import('@qflow/targets'),
  ]);
  return { experiments: experimentCatalogue, quickSet, environments: { processes, simulation }, targets: { qflow } };
}
