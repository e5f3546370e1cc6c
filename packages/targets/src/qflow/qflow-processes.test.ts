import { processes } from '@qflow/environments';
import { registerTargetCompliance } from '../compliance/target-compliance.ts';
import { qflow } from './qflow.ts';

registerTargetCompliance('qflow', qflow, processes);
