import type { StepOutcome } from '@qflow/ports';
import { describe, expect, test } from 'vitest';
import { createSandbox } from '../create-sandbox.ts';
import { preparedEngine } from '../testing/prepared-engine.ts';
import { javaScriptStep, type StepChanges } from '../testing/step.ts';

const sandbox = createSandbox(preparedEngine());
const run = (source: string, changes?: StepChanges): StepOutcome => sandbox.run(javaScriptStep(source, changes));
const outputOf = (source: string, changes?: StepChanges): unknown => {
  const outcome = run(source, changes);
  return outcome.outcome === 'completed' ? outcome.output : outcome;
};

const probe = javaScriptStep('return { output: [1, 2, 3].map((n) => n * input + Math.random()) }', { input: 2 });
const pristine = createSandbox(preparedEngine()).run(probe);

/** After whatever a step did, the next one must find the engine as new, to the last unit of fuel. */
function expectUnharmed(): void {
  expect(pristine.outcome).toBe('completed');
  expect(sandbox.run(probe)).toEqual(pristine);
}

describe('a JavaScript step finds no platform', () => {
  test.each([
    'process',
    'require',
    'module',
    'global',
    'Buffer',
    'fetch',
    'setTimeout',
    'setInterval',
    'queueMicrotask',
    'console',
    'print',
    'std',
    'os',
    'bjson',
    'WebAssembly',
    'Worker',
    'XMLHttpRequest',
    'document',
    'window',
    'self',
    'crypto',
    'performance',
    'scriptArgs',
    'Deno',
  ])('%s', (name) => {
    expect(outputOf(`return { output: typeof ${name} }`)).toBe('undefined');
  });

  test('and nothing in the global object that is not the language', () => {
    const language = new Set(Object.getOwnPropertyNames(globalThis));
    const found = outputOf('return { output: Reflect.ownKeys(globalThis).map(String) }') as string[];

    // QuickJS has a few of its own: an error for its limits, and parts of the language that are newer than this Node.
    expect(found.filter((name) => !language.has(name))).toEqual([
      'InternalError',
      'Iterator',
      'Float16Array',
      'Symbol(Symbol.toStringTag)',
    ]);
  });

  test.each([
    ['the constructor of a constructor', 'return { output: typeof (() => {}).constructor("return process")() }'],
    ['the constructor of the input', 'return { output: typeof input.constructor.constructor("return process")() }'],
    ['an indirect eval', 'return { output: (0, eval)("process.version") }'],
    ['a generator function', 'return { output: (function* () {}).constructor("yield process")().next().value.pid }'],
    [
      'an async function',
      'return (async () => ({ output: await (async () => {}).constructor("return process.pid")() }))()',
    ],
    ['an import', 'return import("node:fs").then((fs) => ({ output: Object.keys(fs) }))'],
    ['an import of the engine', 'return import("std").then((std) => ({ output: Object.keys(std) }))'],
    ['the stack of an error', 'Error.prepareStackTrace = (_, frames) => frames; throw process; '],
    ['the caller', 'return { output: (function f() { return f.caller })() }'],
    ['the arguments of the caller', 'return { output: arguments.callee.caller }'],
  ])('through %s', (_name, source) => {
    expect(run(source, { input: {} })).toMatchObject({ outcome: 'error' });
    expectUnharmed();
  });

  test('and only its own global object as this', () => {
    expect(outputOf('return { output: this === undefined }')).toBe(true);
    expect(outputOf('return { output: (() => {}).constructor("return this")() === globalThis }')).toBe(true);
  });
});

describe('a JavaScript step that breaks out of its function body', () => {
  test.each([
    'return { output: 1 } }); ((() => { while (true) {} })(',
    '} while (true) {} {',
    '}, globalThis.state = "d{}", function () {',
    '*/ } /*',
    '`${"',
    '\u2028\u0000',
  ])('%j harms only itself', (source) => {
    expect(run(source, { limits: { fuel: 10_000_000 } }).outcome).not.toBe('host-error');
    expectUnharmed();
  });
});

describe('prototype tricks', () => {
  const tricks = `
    const evil = () => 'evil';
    for (const type of [Object, Array, Function, String, Promise, JSON, Reflect, Math]) {
      for (const owner of [type, type.prototype]) {
        if (owner === undefined) continue;
        for (const name of Reflect.ownKeys(owner)) {
          try { owner[name] = evil; } catch {}
        }
      }
    }
    Object.defineProperty(Object.prototype, 'toJSON', { value: () => ({ output: 'evil' }) });
    Object.defineProperty(Object.prototype, 'effects', { get: () => [{ operation: 'evil' }] });
    Object.defineProperty(Array.prototype, '0', { set() { throw 1 }, get: () => 'evil' });
    globalThis.JSON = globalThis.Reflect = globalThis.String = globalThis.Promise = null;
  `;

  test('change what the step itself says, and nothing else', () => {
    const outcome = run(`${tricks} return { output: 'mine' }`);
    expect(['completed', 'error']).toContain(outcome.outcome);
    expectUnharmed();
  });

  test('do not reach the host through the names of the result', () => {
    const outcome = run(
      'return { output: JSON.parse(\'{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 2}}}\') }',
    );

    expect(outcome).toMatchObject({ outcome: 'completed' });
    expect('polluted' in {}).toBe(false);
    expect(Object.getPrototypeOf((outcome as { output: object }).output)).toBe(Object.prototype);
  });

  test('do not reach the host through the names of the input', () => {
    const input = JSON.parse('{"__proto__": {"toString": "evil"}}');
    expect(outputOf('return { output: Object.keys(input) }', { input })).toEqual(['__proto__']);
  });
});

describe('what a step returns', () => {
  test.each([
    ['a getter that never returns', 'return { get output() { while (true) {} } }', 'limit'],
    ['a getter that throws', 'return { get output() { throw new Error("got") } }', 'error'],
    ['a proxy with endless keys', 'return new Proxy({}, { ownKeys() { while (true) {} } })', 'limit'],
    ['a proxy that lies about its keys', 'return new Proxy({}, { ownKeys: () => ["output", "output"] })', 'error'],
    [
      'a proxy of an endless list',
      'return { output: new Proxy([], { get: (_, name) => name === "length" ? 2 ** 32 : 1 }) }',
      'limit',
    ],
    ['a toJSON that never returns', 'return { output: { toJSON() { while (true) {} } } }', 'limit'],
    ['a circle', 'const a = {}; a.a = a; return { output: a }', 'error'],
    ['a function', 'return { output: () => 1 }', 'error'],
    ['a symbol as a name', 'return { [Symbol("x")]: 1 }', 'error'],
    ['a big integer', 'return { output: 1n }', 'error'],
    ['effects that are no list', 'return { effects: { length: 1 } }', 'error'],
    ['effects that are no objects', 'return { effects: [[]] }', 'error'],
    ['a thenable that never settles', 'return { then() {} }', 'error'],
    ['a promise that never settles', 'return new Promise(() => {})', 'error'],
    ['a promise that is rejected', 'return Promise.reject(new Error("rejected"))', 'error'],
    ['promises without end', 'const f = () => Promise.resolve().then(f); return f()', 'limit'],
    [
      'a promise with a false constructor',
      'const p = Promise.resolve({ output: 1 }); p.constructor = { [Symbol.species]: function () { while (true) {} } }; return p',
      'limit',
    ],
    ['a throw of an object that throws when read', 'throw { get name() { throw 1 }, toString() { throw 2 } }', 'error'],
    ['a throw of a proxy without end', 'throw new Proxy({}, { get() { while (true) {} } })', 'limit'],
    ['a value nested too deep', 'let a = []; for (let i = 0; i < 200; i += 1) a = [a]; return { output: a }', 'error'],
    [
      'a value nested far too deep',
      'let a = []; for (let i = 0; i < 1e5; i += 1) a = [a]; return { output: a }',
      'limit',
    ],
  ])('%s', (_name, source, outcome) => {
    expect(run(source)).toMatchObject({ outcome });
    expectUnharmed();
  });

  test('may be forged neither before nor after the end', () => {
    expect(
      run('Promise.resolve().then(() => { globalThis.done = 1; while (true) {} }); return { output: 1 }'),
    ).toMatchObject({ outcome: 'limit', which: 'fuel' });
    expect(run('return { then(settle) { settle({ output: 1 }); settle({ output: 2 }) }, output: 3 }')).toMatchObject({
      outcome: 'error',
    });
  });

  test('keeps what JSON can hold: odd names, lone surrogates, zeros and quotes', () => {
    const value = { '': 0, ' ': '\u0000', '\ud800': '\udfff', '"\\': ['\u2028', 1e-7, 1e21, null, true] };
    expect(outputOf('return { output: input }', { input: value })).toEqual(value);
  });
});

describe('limits that hold inside the engine', () => {
  test.each([
    ['an endless loop', 'while (true) {}', 'fuel'],
    ['an endless loop that catches', 'while (true) { try { while (true) {} } catch {} finally { continue } }', 'fuel'],
    ['a regular expression without end', '/^(a+)+$/.test("a".repeat(50) + "b")', 'fuel'],
    ['a regular expression of many choices', '/(x+x+)+y/.exec("x".repeat(40))', 'fuel'],
    [
      'one native call that sorts',
      'const a = Array.from({ length: 3e5 }, (_, i) => (i * 7919) % 300007); a.sort()',
      'fuel',
    ],
    ['one native call that multiplies', 'let x = 3n; for (let i = 0; i < 40; i += 1) x = x * x', 'fuel'],
    ['one native call that counts', 'Array.prototype.includes.call({ length: 2 ** 40 }, 1)', 'fuel'],
    ['one native call that searches', '"a".repeat(1e6).includes("a".repeat(5e5) + "b")', 'fuel'],
    ['a recursion', 'const f = () => f() + 1; f()', 'stack'],
    ['a recursion of getters', 'const o = { get a() { return this.a } }; o.a', 'stack'],
    ['a recursion of proxies', 'let p = {}; for (let i = 0; i < 1e4; i += 1) p = new Proxy(p, {}); p.a', 'stack'],
    ['a recursion of parsing', 'JSON.parse("[".repeat(1e5))', 'stack'],
    ['a recursion of source text', 'eval("(".repeat(1e5))', 'stack'],
    ['arrays without end', 'const all = []; while (true) all.push(new Array(1e5).fill(1))', 'memory'],
    ['buffers without end', 'const all = []; while (true) all.push(new ArrayBuffer(1e6))', 'memory'],
    ['strings without end', 'const all = []; while (true) all.push("ä".repeat(1e6) + all.length)', 'memory'],
    ['maps without end', 'const m = new Map(); for (let i = 0; ; i += 1) m.set(i, new Uint8Array(1e4))', 'memory'],
    ['one buffer that is too large', 'new ArrayBuffer(64 * 1024 * 1024)', 'memory'],
    ['a flood of output', 'return { output: Array.from({ length: 1e5 }, () => 1) }', 'output'],
    ['a flood of effects', 'return { effects: Array.from({ length: 3e4 }, () => ({})) }', 'output'],
  ])('%s', (_name, source, which) => {
    const fuel = which === 'fuel' ? 20_000_000 : 2_000_000_000;
    expect(run(source, { limits: { fuel, memoryBytes: 12 * 1024 * 1024 } })).toMatchObject({ outcome: 'limit', which });
    expectUnharmed();
  });

  test('a huge string is refused, or ends at the memory', () => {
    expect(run('let s = "x"; while (true) s += s')).toMatchObject({
      outcome: 'error',
      message: expect.stringContaining('string too long'),
    });
    expect(run('return { output: "x".repeat(2 ** 30) }').outcome).not.toBe('completed');
    expectUnharmed();
  });

  test('the stack of the engine ends before the one of the machine, however much the step may use', () => {
    const template = '`$' + '{';
    for (const source of [
      'const f = (n) => [n].map(f); f(1)',
      'const f = () => "x".replace(/x/, f); f()',
      'const f = () => JSON.stringify({ toJSON: f }); f()',
      'const f = () => Reflect.apply(f, null, []); f()',
      'const f = () => new (class { constructor() { f() } })(); f()',
      'const f = () => [2, 1].sort(f); f()',
      `const f = () => ${template}{ toString: f }}\`; f()`,
      'let a = []; for (let i = 0; i < 1e4; i += 1) a = [a]; a.flat(Infinity)',
      'class A {} let C = A; for (let i = 0; i < 3000; i += 1) C = class extends C {}; new C()',
      'let f = () => 1; for (let i = 0; i < 1e5; i += 1) f = f.bind(); f()',
      'let a = {}; for (let i = 0; i < 1e5; i += 1) a = { a }; a = null',
      'eval("(".repeat(1e5))',
      'eval("[".repeat(1e5))',
      'eval("{".repeat(1e5))',
      'eval("a=>".repeat(1e5))',
      `eval("${template}".repeat(1e4))`,
      'new RegExp("(".repeat(1e5))',
      'new RegExp("(?:".repeat(1e4) + "a" + ")".repeat(1e4)).test("a")',
    ]) {
      expect(run(source, { limits: { stackBytes: 64 * 1024 * 1024 } }).outcome, source).not.toBe('host-error');
    }
  });

  test('a step may catch what it can do something about', () => {
    expect(outputOf('try { new ArrayBuffer(1e9) } catch (e) { return { output: e.message } }')).toBe('out of memory');
    expect(
      outputOf('const f = () => f() + 1; try { f() } catch (e) { return { output: e.name } }', {
        limits: { stackBytes: 512 * 1024 },
      }),
    ).toBe('InternalError');
  });

  test('less memory than the engine needs is a limit, not an error', () => {
    expect(run('return {}', { limits: { memoryBytes: 1024 } })).toMatchObject({ outcome: 'limit', which: 'memory' });
  });

  test('a step without fuel does not start', () => {
    expect(run('return {}', { limits: { fuel: 0 } })).toMatchObject({ outcome: 'limit', which: 'fuel' });
  });
});
