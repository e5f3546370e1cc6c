import type { EngineConfiguration } from '@qflow/engine';
import type { NodeConfiguration } from './configuration.ts';

/** The part of a node's configuration that the engine knows. */
export function engineConfiguration(configuration: NodeConfiguration): EngineConfiguration {
  const { cluster, epoch, validators, self, timing, limits } = configuration;
  return { cluster, epoch, validators, self, timing, limits };
}
