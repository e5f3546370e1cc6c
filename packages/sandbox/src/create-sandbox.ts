import type { Sandbox, StepOutcome, StepRun } from '@qflow/ports';
import { checkEngine, rewriteEngine } from './javascript/engine.ts';
import { runJavaScript } from './javascript/run-javascript.ts';
import { createModuleRunner } from './wasm/run-module.ts';
import { type CompiledModule, webAssembly } from './web-assembly.ts';

/** Rewrites and compiles QuickJS, once a process; about half a second. The result may be sent to worker threads. */
export function prepareEngine(quickJs: Uint8Array): CompiledModule {
  const module = new webAssembly.Module(rewriteEngine(quickJs));
  checkEngine(module);
  return module;
}

/** A sandbox on an engine that `prepareEngine` made. From here on everything is synchronous. */
export function createSandbox(engine: CompiledModule): Sandbox {
  checkEngine(engine);
  const runModule = createModuleRunner();

  return {
    run(step: StepRun): StepOutcome {
      try {
        return step.code.kind === 'javascript'
          ? runJavaScript(engine, step, step.code.source)
          : runModule(step, step.code.module);
      } catch (error) {
        // A full stack of the machine, no memory left, or a fault of ours: nothing that the step could be blamed for.
        return { outcome: 'host-error', message: String(error) };
      }
    },
  };
}
