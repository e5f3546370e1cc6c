export { type Check, type Closable, compliance, runOn, type Until } from './check.ts';
export { type ClockSubject, clockChecks, clockCompliance } from './clock.ts';
export { type CryptoSubject, cryptoChecks, cryptoCompliance } from './crypto.ts';
export { type LogSubject, logChecks, logCompliance } from './log.ts';
export { type NetworkSubject, networkChecks, networkCompliance } from './network.ts';
export {
  type RandomSubject,
  randomChecks,
  randomCompliance,
  type SeededRandomSubject,
  seededRandomChecks,
  seededRandomCompliance,
} from './random.ts';
export { type SandboxSubject, sandboxChecks, sandboxCompliance } from './sandbox.ts';
