import type { AttestableOutcome, Json, StepLimit, StepLimits, StepUsage } from '@qflow/ports';
import { canonicalJson, NotCanonical } from './canonical-json.ts';

/**
 * No step may call deeper than this, by the meter's estimate: it has to end before the machine's own stack does, which
 * holds 984 KiB unless it was made larger. Measured: 1,000,000 is
 * never too deep for it, 1,400,000 sometimes is.
 */
export const greatestStackBytes = 524_288;

const encode = (value: Json): Uint8Array => new TextEncoder().encode(canonicalJson(value));

const limitTexts: { readonly [which in StepLimit]: (limits: StepLimits) => string } = {
  memory: ({ memoryBytes }) => `the step asked for more than its ${memoryBytes} bytes of memory`,
  fuel: ({ fuel }) => `the step used up its ${fuel} units of fuel`,
  output: ({ outputBytes }) => `the step returned more than its ${outputBytes} bytes of output`,
  stack: ({ stackBytes }) => `the step called deeper than its ${stackBytes} bytes of stack`,
};

export function limitReached(which: StepLimit, limits: StepLimits, used: StepUsage): AttestableOutcome {
  return {
    outcome: 'limit',
    which,
    message: limitTexts[which](limits),
    encoding: encode({ outcome: 'limit', which }),
    used,
  };
}

/** The message is not part of the encoding: some of it is worded by the machine. */
export function failed(message: string, used: StepUsage): AttestableOutcome {
  return { outcome: 'error', message, encoding: encode({ outcome: 'error' }), used };
}

/** Judges the text that a step handed out: JSON of `{output, effects}`. */
export function finished(text: string, used: StepUsage): AttestableOutcome {
  try {
    // Parsed from the canonical text, so that -0 and doubled keys look alike to whoever reads the value or its digest.
    const { output, effects } = JSON.parse(canonicalJson(parseResult(text))) as {
      output: Json;
      effects: readonly Json[];
    };
    const misfit = effects.findIndex(
      (effect) => typeof effect !== 'object' || effect === null || Array.isArray(effect),
    );
    if (misfit >= 0) {
      return failed(`effects[${misfit}] is not an object`, used);
    }
    return { outcome: 'completed', output, effects, encoding: encode({ outcome: 'completed', output, effects }), used };
  } catch (error) {
    if (error instanceof NotCanonical || error instanceof SyntaxError) {
      return failed(`the step's result is not good JSON: ${error.message}`, used);
    }
    throw error;
  }
}

function parseResult(text: string): Json {
  const value = JSON.parse(text) as Json;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new NotCanonical('it is not an object {output, effects}');
  }
  const { output = null, effects = [], ...others } = value as { [key: string]: Json };
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new NotCanonical(`it has a field ${JSON.stringify(other)} beside output and effects`);
  }
  if (!Array.isArray(effects)) {
    throw new NotCanonical('effects is not a list');
  }
  return { output, effects };
}
