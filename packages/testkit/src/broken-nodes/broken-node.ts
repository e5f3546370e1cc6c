import type { Rules } from '@qflow/engine';

/** The engine with one rule replaced: an experiment that says nothing about it proves nothing. */
export interface BrokenNode {
  readonly name: string;
  /** One line: what this node does wrong. */
  readonly breaks: string;
  readonly rules: Rules;
}
