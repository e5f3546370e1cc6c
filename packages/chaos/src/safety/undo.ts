import { z } from 'zod';

const process = z.strictObject({ pid: z.int().positive(), startTime: z.string(), bootId: z.string() });

/**
 * What brings back how things were, as data: written to the journal and synced before the harm is done, so that
 * another process can carry it out. Keyed on what was captured at that time; never looked up again.
 */
export const undoSchema = z.discriminatedUnion('undo', [
  /** SIGCONT to exactly this process; done already when it is gone. */
  z.strictObject({ undo: z.literal('processes.resume'), process }),
  /** Start the node again over its disk, if it is not running. A cluster that the run deployed is ended instead once the framework is gone. */
  z.strictObject({ undo: z.literal('processes.start'), node: z.string() }),
  /** Take back an armed stop from exactly this process. */
  z.strictObject({ undo: z.literal('trace.disarm'), node: z.string(), process }),
  /** Ends exactly this process: written when the run starts it, so that nothing outlives a killed framework. */
  z.strictObject({ undo: z.literal('processes.end'), process }),
  /** Empties the disk of a node that is down, so that it syncs from its peers: the way back from a damaged log. */
  z.strictObject({ undo: z.literal('disks.wipe'), node: z.string() }),
]);

export type Undo = z.infer<typeof undoSchema>;

/** What each kind of undo does, in words. */
export const describeUndo = {
  'processes.resume': 'resume exactly the stopped processes (SIGCONT)',
  'processes.start': 'start the nodes again over their disks, those that do not run',
  'trace.disarm': 'take back the armed stops',
  'processes.end': 'end exactly these processes (SIGKILL)',
  'disks.wipe': 'empty the disks of the nodes, which are down, so that they sync from their peers',
} as const satisfies Readonly<Record<Undo['undo'], string>>;
