/** Greatest length of an error's text, in UTF-16 code units. */
const messageLength = 500;

/**
 * The script that runs a step inside QuickJS. It keeps the functions that it needs before the step's code can replace
 * them, and evaluates to a function that says how far the step has come: `p` pending, `d` done, `e` error, and the text.
 * The code is compiled as the body of a function of its own: it sees `input`, and none of these names.
 */
export function harness(source: string, inputJson: string): string {
  return `(() => {
  'use strict';
  const { parse, stringify } = JSON;
  const { apply, ownKeys } = Reflect;
  const slice = String.prototype.slice;
  const Settling = Promise;
  const { then } = Promise.prototype;
  const isInstance = Function.prototype[Symbol.hasInstance];
  const { isArray } = Array;
  const text = String;
  const Failure = TypeError;
  let state = 'p';
  const fail = (thrown) => {
    let message = 'the step threw something that has no text';
    try {
      const isError = typeof thrown === 'object' && thrown !== null;
      message = isError && typeof thrown.name === 'string' ? thrown.name + ': ' + text(thrown.message) : text(thrown);
    } catch {}
    state = 'e' + apply(slice, message, [0, ${messageLength}]);
  };
  const finish = (result) => {
    let output = null;
    let effects = [];
    if (result !== undefined) {
      if (typeof result !== 'object' || result === null || isArray(result)) {
        throw new Failure('a step returns {output, effects}');
      }
      const keys = ownKeys(result);
      for (let index = 0; index < keys.length; index += 1) {
        const key = keys[index];
        if (key !== 'output' && key !== 'effects') {
          throw new Failure('a step returns {output, effects}, and nothing named ' + text(key));
        }
      }
      output = result.output;
      effects = result.effects;
    }
    const outputJson = output === undefined ? 'null' : stringify(output);
    const effectsJson = effects === undefined ? '[]' : stringify(effects);
    if (typeof outputJson !== 'string') throw new Failure('output is not JSON');
    if (typeof effectsJson !== 'string' || effectsJson[0] !== '[') throw new Failure('effects is not a list');
    state = 'd{"output":' + outputJson + ',"effects":' + effectsJson + '}';
  };
  const settle = (result) => {
    try { finish(result); } catch (thrown) { fail(thrown); }
  };
  try {
    const step = new Function('input', '"use strict";\\n' + ${JSON.stringify(source)});
    const result = step(parse(${JSON.stringify(inputJson)}));
    if (apply(isInstance, Settling, [result])) {
      apply(then, result, [settle, fail]);
    } else {
      settle(result);
    }
  } catch (thrown) {
    fail(thrown);
  }
  return () => state;
})()`;
}
