import { fileURLToPath } from 'node:url';
import type { PreparedTarget, Target } from '@qflow/chaos';
import { type QflowOptions, qflow } from '@qflow/targets';
import { brokenNodeNamed } from '../broken-nodes/named.ts';
import { brokenNodeVariable } from './variable.ts';

/** The program of broken nodes with its code cache, made by `npm run build`. */
const entry = fileURLToPath(new URL('../../dist/bundle/broken-node-loader.cjs', import.meta.url));

/** Qflow with the same rule broken in every node: in process, or as processes. @throws Error when there is no such broken node */
export function brokenQflow(name: string, options: Pick<QflowOptions, 'trustsNodes' | 'timing'> = {}): Target {
  const target = qflow({ ...options, entry, rules: brokenNodeNamed(name).rules });
  return {
    ...target,
    async prepare(request): Promise<PreparedTarget> {
      const { command, ...prepared } = await target.prepare(request);
      if (command === undefined) {
        return prepared;
      }
      return {
        ...prepared,
        command(index) {
          const specification = command(index);
          return { ...specification, environment: { ...specification.environment, [brokenNodeVariable]: name } };
        },
      };
    },
  };
}
