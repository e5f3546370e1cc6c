import type { Node } from '@qflow/engine';
import { Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { NodeConfiguration } from '../configuration/configuration.ts';
import type { NodeMetrics } from '../metrics/node-metrics.ts';
import type { Gate } from '../trace/gate.ts';
import { ApiError } from './api-error.ts';
import { type ControlCommand, control } from './control.ts';
import { registers } from './registers.ts';

export interface ApiParts {
  readonly node: Node;
  readonly configuration: Pick<NodeConfiguration, 'self' | 'limits' | 'api' | 'control'>;
  readonly metrics: NodeMetrics;
  readonly gate: Gate;
  readonly commands: Readonly<Record<string, ControlCommand>>;
  /** From its abort on, new requests are refused as surely not happened. */
  readonly refusing: AbortSignal;
  /** At its abort, requests that still wait for their answer hear that nobody can tell. */
  readonly givingUp: AbortSignal;
}

/** Everything that a node answers over HTTP. */
export function createApi({ node, configuration, metrics, gate, commands, refusing, givingUp }: ApiParts): Hono {
  const app = new Hono();

  app.use(async (context, next) => {
    await new Promise<void>((resolve) => gate.pass(resolve));
    const observed = metrics.requestStarted();
    await next();
    if (refusing.aborted) {
      context.header('connection', 'close');
    }
    observed(context.req.method, context.res.status);
  });
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (context, methods) => {
        const allow = methods.join(', ');
        const { body } = new ApiError(
          405,
          'method-not-allowed',
          `${context.req.method} is not possible here, but ${allow}`,
        );
        return context.json(body, 405, { allow });
      },
    }),
  );

  app.route('/api/v1/registers', registers(node, configuration, { refusing, givingUp }));
  app.get('/api/v1/system/health', (context) => {
    const { condition, ...status } = node.status();
    const health = refusing.aborted ? 'stopping' : condition === 'failing' ? 'failing' : 'ok';
    return context.json({ status: health, self: configuration.self, condition, ...status });
  });
  app.get('/api/v1/system/metrics', async (context) =>
    context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  );
  if (configuration.control !== undefined) {
    app.route('/control', control(configuration.control.token, commands));
  }

  app.notFound((context) => {
    const { body } = new ApiError(404, 'not-found', `there is no ${context.req.path}`);
    return context.json(body, 404);
  });
  app.onError((error, context) => {
    const known =
      error instanceof ApiError
        ? error
        : new ApiError(500, 'internal', `the node failed: ${error.message}`, { outcome: 'info' });
    return context.json(known.body, known.status);
  });
  return app;
}
