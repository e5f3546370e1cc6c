#!/usr/bin/env node
import { exitCodes, main } from './command.ts';
import type { EndingSignal, Io } from './io.ts';

// Whoever reads the output may go away (`| head`): the run, and above all its healing, goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const endingSignals: readonly EndingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const { stdout, stderr, env } = process;

const io: Io = {
  environment: env,
  workingDirectory: process.cwd(),
  colors: stdout.isTTY && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === '',
  out: (text) => void stdout.write(text),
  error: (text) => void stderr.write(text),
  columns: () => (stdout.isTTY ? stdout.columns : undefined),
  onSignal(heard) {
    for (const signal of endingSignals) process.on(signal, heard);
    return () => {
      for (const signal of endingSignals) process.off(signal, heard);
    };
  },
};

// Something threw where nobody waited: no verdict can be trusted, and the watchdog ends the nodes.
process.on('uncaughtException', (thrown) => {
  stderr.write(`qflow-chaos broke down: ${thrown.stack ?? thrown.message}\n`);
  process.exit(exitCodes.brokenTool);
});

// The code is set, not forced, so that what was written drains; what else holds the process open is not waited for.
process.exitCode = await main(process.argv.slice(2), io);
setTimeout(() => process.exit(), 1_000).unref();
