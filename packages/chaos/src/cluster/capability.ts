/**
 * What an environment can do, and what a fault may need. Compared as data before anything is deployed,
 * so that an experiment that cannot run here says so instead of passing.
 */
export const capabilities = [
  'processes.kill',
  'processes.terminate',
  'processes.pause',
  'processes.restart',
  'disks.wipe',
  'disks.tear',
  'disks.flip',
  'trace.arm',
] as const;

export type Capability = (typeof capabilities)[number];
