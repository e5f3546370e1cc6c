/** Greatest length of an error's text, in UTF-16 code units. */
const messageLength = 500;

/**
 * The script that runs a step inside QuickJS. It keeps the functions that it needs before the step's code can replace
 * them, and evaluates to one function. Called with a text, the JSON of `{source, input, seed}`, that runs the step; called
 * without, it says how far the step has come: `p` pending, `d` done, `e` error, and the text behind that letter.
 * The code is compiled as the body of a function of its own: it sees `input`, and none of these names.
 * Math.random is sfc32, Doty-Humphrey's small fast chaotic generator, from the step's seed of three 32-bit words.
 */
export const harness = `(() => {
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
    } catch {
      // What is thrown may throw when it is looked at: then it keeps the message above.
    }
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
  const seedRandom = (a, b, c) => {
    let counter = 1;
    const next = () => {
      const sum = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = ((c << 21) | (c >>> 11)) + sum | 0;
      return sum >>> 0;
    };
    for (let round = 0; round < 12; round += 1) next();
    Math.random = () => (next() * 2097152 + (next() >>> 11)) / 9007199254740992;
  };
  const run = (order) => {
    const { source, input, seed } = parse(order);
    seedRandom(seed[0], seed[1], seed[2]);
    const result = new Function('input', '"use strict";\\n' + source)(input);
    if (apply(isInstance, Settling, [result])) {
      apply(then, result, [settle, fail]);
    } else {
      settle(result);
    }
  };
  return (order) => {
    if (order === undefined) return state;
    try { run(order); } catch (thrown) { fail(thrown); }
  };
})()`;
