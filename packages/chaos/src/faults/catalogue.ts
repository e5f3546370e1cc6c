import { z } from 'zod';
import { crash, crashSchema } from './crash.ts';
import { damageLog, damageLogSchema } from './damage-log.ts';
import type { Fault, FaultData } from './fault.ts';
import { pause, pauseSchema } from './pause.ts';
import { restart, restartSchema } from './restart.ts';
import { terminate, terminateSchema } from './terminate.ts';
import { wipe, wipeSchema } from './wipe.ts';

/** Every kind of fault: the shape of its data, and how the fault is made of it again. */
export const faultCatalogue = {
  crash: { schema: crashSchema, make: crash },
  terminate: { schema: terminateSchema, make: terminate },
  pause: { schema: pauseSchema, make: pause },
  restart: { schema: restartSchema, make: restart },
  wipe: { schema: wipeSchema, make: wipe },
  'damage-log': { schema: damageLogSchema, make: damageLog },
} as const;

export const faultDataSchema = z.discriminatedUnion('kind', [
  crashSchema,
  terminateSchema,
  pauseSchema,
  restartSchema,
  wipeSchema,
  damageLogSchema,
]);

/** The fault that this data stands for. @throws z.ZodError when it is none */
export function faultFrom(data: FaultData): Fault {
  const checked = faultDataSchema.parse(data);
  return checked.kind === 'damage-log' ? damageLog(checked) : faultCatalogue[checked.kind].make(checked);
}
