import { timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Json } from '@qflow/ports';
import { Hono } from 'hono';
import { z } from 'zod';
import { sha256 } from '../crypto/threshold-crypto.ts';
import type { ArmableTrace } from '../trace/armed-stop.ts';
import { ApiError, checked } from './api-error.ts';
import { jsonBody } from './json-body.ts';

/** A command of an experiment. Throws ApiError for bad input. */
export type ControlCommand = (body: unknown) => Json | Promise<Json>;

const armBody = z.strictObject({
  event: z.string().min(1).max(128),
  nth: z.int().min(1).default(1),
  where: z.record(z.string(), z.json()).optional(),
  /** By default for events that say that something was sent: without it, that may still wait in this process. */
  afterFlush: z.boolean().optional(),
});

export function traceCommands(trace: ArmableTrace): Record<string, ControlCommand> {
  return {
    arm(body) {
      const { event, nth, where, afterFlush = event.endsWith('-sent') } = checked(armBody, body);
      trace.arm({ event, nth, where: where as Record<string, Json> | undefined, afterFlush });
      return { armed: event, nth, afterFlush };
    },
    disarm(body) {
      checked(z.strictObject({}), body);
      return { disarmed: trace.disarm() };
    },
  };
}

/** `POST /control/NAME` runs a command, for who knows the token and is on this machine. */
export function control(token: string, commands: Readonly<Record<string, ControlCommand>>): Hono {
  const expected = sha256(Buffer.from(`Bearer ${token}`));
  const routes = new Hono();

  routes.use(async (context, next) => {
    const address = getConnInfo(context).remote.address ?? '';
    const given = sha256(Buffer.from(context.req.header('authorization') ?? ''));
    if (!/^(::ffff:)?127\./.test(address) || !timingSafeEqual(given, expected)) {
      throw new ApiError(403, 'forbidden', 'commands need the token of the configuration, and come from this machine');
    }
    await next();
  });

  routes.post('/:command', async (context) => {
    const name = context.req.param('command');
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) {
      throw new ApiError(404, 'not-found', `no command "${name}": there are ${Object.keys(commands).join(', ')}`);
    }
    return context.json(await command(await jsonBody(context, 64 * 1024)));
  });

  return routes;
}
