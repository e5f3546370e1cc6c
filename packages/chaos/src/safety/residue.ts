/** Something of a run's harm that is still there after its heal. */
export interface ResidueFinding {
  readonly kind: string;
  readonly what: string;
  readonly remedy: string;
}
