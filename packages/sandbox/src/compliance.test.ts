import type { AttestableOutcome, Sandbox, StepOutcome, StepRun } from '@qflow/ports';
import { runOn, sandboxChecks, sandboxCompliance } from '@qflow/ports/compliance';
import { describe, expect, test } from 'vitest';
import { createSandbox } from './create-sandbox.ts';
import { preparedEngine } from './testing/prepared-engine.ts';

const make = () => ({ sandbox: createSandbox(preparedEngine()), other: createSandbox(preparedEngine()) });

sandboxCompliance('QuickJS and WebAssembly', make);

describe('the checks of a sandbox notice one that', () => {
  type Defect = (run: StepRun, sandbox: Sandbox) => StepOutcome;
  const changed =
    (change: (outcome: AttestableOutcome, run: StepRun) => Partial<AttestableOutcome>): Defect =>
    (run, sandbox) => {
      const outcome = sandbox.run(run);
      return outcome.outcome === 'host-error' ? outcome : ({ ...outcome, ...change(outcome, run) } as StepOutcome);
    };
  let ran = 0;
  const countRuns = (): number => {
    ran += 1;
    return ran;
  };

  const defects: readonly [what: string, check: string, defect: Defect][] = [
    ['loses effects', 'hands the input', changed(() => ({ effects: [] }))],
    [
      'counts what ran before',
      'gives the same outcome',
      changed(({ used }) => ({ used: { ...used, memoryBytes: countRuns() } })),
    ],
    ['has a clock of its own', 'shows a step the time', (run, sandbox) => sandbox.run({ ...run, calendarMs: 17 })],
    ['forgets the step', 'draws random numbers', (run, sandbox) => sandbox.run({ ...run, step: 'any' })],
    [
      'draws from the input',
      'draws random',
      (run, box) => box.run({ ...run, step: run.step + JSON.stringify(run.input) }),
    ],
    [
      'encodes its fuel',
      'encodes equal',
      changed(({ used }) => ({ encoding: new TextEncoder().encode(`${used.fuel}`) })),
    ],
    [
      'has no cap on the output',
      'ends a step that exceeds',
      (run, sandbox) => sandbox.run({ ...run, limits: { ...run.limits, outputBytes: 1e6 } }),
    ],
    [
      'takes one limit for another',
      'ends a step that exceeds',
      changed((outcome) => (outcome.outcome === 'limit' ? { which: 'fuel' } : {})),
    ],
    ['charges nothing', 'charges no more', changed(({ used }) => ({ used: { ...used, fuel: 0 } }))],
    [
      'gives twice the fuel',
      'charges no more',
      (run, sandbox) => sandbox.run({ ...run, limits: { ...run.limits, fuel: 2 * run.limits.fuel } }),
    ],
    ['keeps the reason to itself', 'says what is wrong', changed(() => ({ message: 'it failed' }))],
  ];

  test.each(defects)('%s', async (_what, name, defect) => {
    const check = sandboxChecks.find((each) => each.name.startsWith(name));
    const wrap = (sandbox: Sandbox): Sandbox => ({ run: (run) => defect(run, sandbox) });
    const broken = () => ({ sandbox: wrap(make().sandbox), other: wrap(make().other) });

    expect(check).toBeDefined();
    await expect(runOn(check!, broken)).rejects.toThrow();
  });

  test('leave none unproved', () => {
    const proved = sandboxChecks.filter(({ name }) => defects.some(([, check]) => name.startsWith(check)));
    expect(proved).toEqual(sandboxChecks);
  });
});
