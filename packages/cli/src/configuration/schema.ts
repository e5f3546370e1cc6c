import { parseDuration, settingsSchema } from '@qflow/chaos';
import { z } from 'zod';

const duration = z.union(
  [z.number().positive(), z.string().refine((text) => (parseDuration(text, 'ms') ?? 0) > 0)],
  'must be milliseconds, or a time such as 90s',
);

/** The settings of `ChaosTestConfig`. What is absent is left to variables and defaults, so nothing is filled in. */
const settings = z.strictObject({ ...settingsSchema.partial().shape, duration: duration.optional() });

/** What a configuration file may say: the flags of `run`, by their names. */
export const configurationSchema = z.strictObject({
  ...settings.shape,
  experiments: z.array(z.string()).optional(),
  environment: z.string().optional(),
  target: z.string().optional(),
  seed: z.int().min(0).max(0xffff_ffff).optional(),
  out: z.string().min(1).optional(),
  report: z.array(z.string()).optional(),
  strict: z.boolean().optional(),
});

export type Configuration = z.input<typeof configurationSchema>;

export const settingNames: readonly string[] = Object.keys(settings.shape);
