/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Where a node says what it does, for people, metrics and experiments. */
export interface Trace {
  /** Written before it returns. May stop the process for good: an experiment can arm an event to do so. */
  emit(event: string, value: Json): void;
}
