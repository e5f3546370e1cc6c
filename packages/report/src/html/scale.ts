/** Maps a value of a domain onto a length of the drawing; rounded to tenths so that files stay small and equal. */
export function scale(domain: readonly [number, number], range: readonly [number, number]): (value: number) => number {
  const [from, to] = domain;
  const [start, end] = range;
  const width = to - from || 1;
  return (value) => Math.round((start + ((value - from) / width) * (end - start)) * 10) / 10;
}

/** Round steps (1, 2, 5 times a power of ten) that cut a domain into at most `most` parts. */
export function ticks(domain: readonly [number, number], most: number): readonly number[] {
  const [from, to] = domain;
  const rough = (to - from) / most;
  if (!(rough > 0)) return [from];

  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}
