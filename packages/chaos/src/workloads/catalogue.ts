import { register } from './register.ts';

/** Every workload, by the name under which targets say that they serve it. */
export const workloadCatalogue = { register } as const;
