import type { ChaosVerdict } from '@qflow/chaos';
import picocolors from 'picocolors';

/** The colour of each verdict, or none. */
export function paintOf(colors: boolean): (verdict: ChaosVerdict) => (text: string) => string {
  const paint = picocolors.createColors(colors);
  const paints = {
    pass: paint.green,
    fail: paint.red,
    aborted: paint.magenta,
    inconclusive: paint.yellow,
    'not-runnable': paint.dim,
  };
  return (verdict) => paints[verdict];
}
