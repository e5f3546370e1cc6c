import type { MeasuredMetric } from '@qflow/chaos';

/** Three significant digits at most, no exponent, no trailing zeros. */
function short(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}

/** `412 ms`, `4.1 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (Math.abs(milliseconds) < 1000) return `${short(milliseconds)} ms`;
  if (Math.abs(seconds) < 120) return `${short(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.trunc(whole / 60)} min ${whole % 60} s`;
}

/** `99.31 %`. Never rounds up to a perfect score. */
export function share(value: number): string {
  const percent = value * 100;
  const rounded = Number(percent.toFixed(2));
  return `${rounded === 100 && percent < 100 ? '99.99' : rounded} %`;
}

function quantity(value: number, unit: string): string {
  if (unit === 'ms') return duration(value);
  if (unit === 's') return duration(value * 1000);
  if (unit === 'share') return share(value);
  if (unit === 'ratio') return `${short(value)}×`;
  return unit === '' ? short(value) : `${short(value)} ${unit}`;
}

/** A metric as people read it; `–` where there is nothing to say. */
export const measured = (metric: MeasuredMetric | undefined): string =>
  metric === undefined || metric.value === null ? '–' : quantity(metric.value, metric.unit);

/** The 95 % interval, or an empty string. */
export const interval = (metric: MeasuredMetric): string =>
  metric.interval === null
    ? ''
    : `${quantity(metric.interval[0], metric.unit)} … ${quantity(metric.interval[1], metric.unit)}`;
