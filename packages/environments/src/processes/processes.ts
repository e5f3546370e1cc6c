import { existsSync } from 'node:fs';
import type { Environment } from '@qflow/chaos';
import { entryFile } from '../host/entry-file.ts';
import { whyIdentitiesAreUnknown } from '../host/identity.ts';
import { stateDirectory, whyStateIsUnwritable } from '../host/state-directory.ts';
import { type DeploymentOptions, deploy } from './deploy.ts';

/** A process per node on this machine, without any privilege; each pair of nodes is linked through a proxy. */
export function processes(options: DeploymentOptions = {}): Environment {
  return {
    name: 'processes',
    offers: [
      'processes.kill',
      'processes.terminate',
      'processes.pause',
      'processes.restart',
      'disks.wipe',
      'disks.tear',
      'disks.flip',
      'trace.arm',
    ],

    async unfit() {
      const missing = ['host/watchdog/main.js', 'host/scheduling/probe-worker.js', 'processes/links/main.js']
        .map(entryFile)
        .find((path) => !existsSync(path));
      return missing === undefined
        ? (whyIdentitiesAreUnknown() ?? whyStateIsUnwritable(options.state ?? stateDirectory()))
        : `${missing} is missing; build it first with "npm run build"`;
    },

    deploy: (request) => deploy(request, options),
  };
}
