#!/usr/bin/env node
import { qflow } from './command/qflow.ts';

void qflow(process.argv.slice(2));
