import type { Sandbox, StepOutcome, StepRun } from '@qflow/ports';
import type { EngineImage } from './javascript/engine-image.ts';
import { createJavaScriptRunner } from './javascript/run-javascript.ts';
import { createModuleRunner } from './wasm/run-module.ts';

/** A sandbox on an engine that `prepareEngine` made. From here on everything is synchronous. */
export function createSandbox(engine: EngineImage): Sandbox {
  const runJavaScript = createJavaScriptRunner(engine);
  const runModule = createModuleRunner();

  return {
    run(step: StepRun): StepOutcome {
      try {
        return step.code.kind === 'javascript'
          ? runJavaScript(step, step.code.source)
          : runModule(step, step.code.module);
      } catch (error) {
        // A full stack of the machine, no memory left, or a fault of ours: nothing that the step could be blamed for.
        return { outcome: 'host-error', message: String(error) };
      }
    },
  };
}
