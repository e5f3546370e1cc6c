const millisecondsOf = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `300` (a bare number counts as `bareUnit`), `90s`, `5m`, `1500ms`, `2h` in milliseconds; null when it is none of these. */
export function parseDuration(text: string, bareUnit: keyof typeof millisecondsOf): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  if (match === null) return null;
  const unit = (match[2] ?? bareUnit) as keyof typeof millisecondsOf;
  return Number(match[1]) * millisecondsOf[unit];
}
