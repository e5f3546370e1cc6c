#!/usr/bin/env node
import { run } from './run.ts';

process.exitCode = await run(process.argv.slice(2), {
  nowMs: () => performance.now(),
  say: (text) => void process.stderr.write(text),
  print: (text) => void process.stdout.write(text),
});
