import type { Target } from '@qflow/chaos';
import { toleratedFaults } from '@qflow/engine';
import { prepareInProcess } from './in-process.ts';
import { programDigest } from './node-program.ts';
import type { QflowOptions } from './options.ts';
import { prepareProcesses } from './processes.ts';

/** Qflow's own engine: as processes over HTTP, or in process over simulated ports. */
export function qflow(options: QflowOptions = {}): Target {
  const digest = programDigest(options.entry);
  return {
    name: 'qflow',
    version: '0.1.0',
    ...(digest === undefined ? {} : { digest }),
    workloads: ['register'],
    tolerance: toleratedFaults,
    prepare: async (request) =>
      request.directory === undefined ? prepareInProcess(request, options) : prepareProcesses(request, options),
  };
}
