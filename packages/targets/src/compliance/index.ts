export { registerTargetCompliance } from './target-compliance.ts';
