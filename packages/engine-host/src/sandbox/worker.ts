// The entry of a worker thread: runs one step after another, each in an engine of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { createSandbox, prepareEngine } from '@qflow/sandbox';
import type { WorkerAnswer, WorkerOrder, WorkerStart } from './worker-message.ts';

const port = parentPort!;
const { meteredEngine } = workerData as WorkerStart;
const sandbox = createSandbox(prepareEngine(meteredEngine));
const answer = (message: WorkerAnswer): void => port.postMessage(message);

port.on('message', ({ run }: WorkerOrder) => answer({ kind: 'outcome', outcome: sandbox.run(run) }));
answer({ kind: 'ready' });
