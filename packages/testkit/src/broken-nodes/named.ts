import type { BrokenNode } from './broken-node.ts';
import { brokenNodes } from './catalogue.ts';

/** @throws Error when there is no broken node of that name, with those that there are */
export function brokenNodeNamed(name: string): BrokenNode {
  const found = brokenNodes.find((broken) => broken.name === name);
  if (found === undefined) {
    const known = brokenNodes.map((broken) => broken.name).join(', ');
    throw new Error(`There is no broken node "${name}". Known are ${known}.`);
  }
  return found;
}
