import { failover } from './failover.ts';
import { asTable, machine } from './figure.ts';
import { framework } from './framework.ts';
import { start } from './start.ts';
import { verdicts } from './verdicts.ts';
import { registerWrites } from './writes.ts';

const benches = { start, writes: registerWrites, failover, framework, verdicts } as const;

const asked = process.argv.slice(2);
const names = (asked.length > 0 ? asked : Object.keys(benches)) as (keyof typeof benches)[];
for (const name of names) {
  const bench = benches[name];
  if (bench === undefined) {
    console.error(`There is no bench "${name}". There are: ${Object.keys(benches).join(', ')}.`);
    process.exit(2);
  }
  const before = machine();
  console.log(`### ${name}\n\n${asTable(await bench())}\n\nMachine: ${before} before.\n`);
}
