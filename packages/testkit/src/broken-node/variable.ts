/** Names the broken node, of `broken-nodes/catalogue.ts`, that the program is. */
export const brokenNodeVariable = 'QFLOW_BROKEN_NODE';
