import { z } from 'zod';

/** `ChaosTestConfig`: how hard, how long, how many. Absent numbers take the experiment's own. */
export const settingsSchema = z.strictObject({
  /** Probability from 0 to 1 that a repeated opportunity for harm is used; 0 is a control run without any harm. */
  failureRate: z.number().min(0).max(1).default(0.1),
  /** Length of the harm window of each experiment, in milliseconds. Absent: the experiment's own. */
  duration: z.number().positive().optional(),
  /** How hard, as a share of a fault's documented range; 0.5 is what the experiment was designed for. */
  intensity: z.number().min(0).max(1).default(0.5),
  /** Greatest share of nodes harmed at once: a ceiling on what experiments ask for. Absent: the experiment's own. */
  blastRadius: z.number().min(0).max(1).optional(),
  safetyChecks: z.boolean().default(true),
  autoRecovery: z.boolean().default(true),
  metricsCollection: z.boolean().default(true),
});

export type ChaosTestConfig = z.infer<typeof settingsSchema>;
