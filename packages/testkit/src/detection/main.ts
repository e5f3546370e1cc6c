import { detections } from './catalogue.ts';
import { type MeasuredSeed, measure, summaryOf } from './measure.ts';

/** Prints the rows of docs/detection.md: `node packages/testkit/dist/detection/main.js [SEEDS]`. */
const asked = process.argv[2] ?? '20';
const seeds = Number(asked);
if (!Number.isInteger(seeds) || seeds < 1) {
  process.stderr.write(`"${asked}" is no number of seeds; give a whole number from 1 on, such as 20.\n`);
  process.exit(2);
}

console.log('| experiment | broken node | links | seeds | sound: passed | broken: caught (by check) | CPU |');
console.log('|---|---|---|---|---|---|---|');
for (const detection of detections) {
  const before = process.cpuUsage();
  const measured = await measure(detection, seeds);
  const { user, system } = process.cpuUsage(before);
  const passed = measured.filter(({ sound }) => sound.verdict === 'pass').length;
  const cells = [
    `\`${detection.experiment}\``,
    `\`${detection.brokenNode}\``,
    describeLinks(detection.links),
    seeds,
    passed,
    summaryOf(measured),
    `${Math.round((user + system) / 1e6)} s`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
  for (const one of measured) {
    tell(one);
  }
}

/** Seeds that need a look, on standard error: sound ones that did not pass, and broken ones that were not caught. */
function tell({ seed, sound, broken, caughtBy }: MeasuredSeed): void {
  if (sound.verdict !== 'pass') {
    console.error(`  seed ${seed}: sound, yet ${sound.verdict}: ${sound.reason}`);
  }
  if (caughtBy.length === 0) {
    console.error(`  seed ${seed}: not caught, ${broken.verdict}: ${broken.reason}`);
  }
}

function describeLinks(links: (typeof detections)[number]['links']): string {
  return links === undefined
    ? 'healthy'
    : Object.entries(links)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ');
}
