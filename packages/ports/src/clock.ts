/** Time as one node sees it. Nothing in the engine reads time from anywhere else. */
export interface Clock {
  /** Milliseconds since this node started, with fractions. Never goes back, so measure with this one. */
  monotonicMs(): number;

  /** Milliseconds since 1970 by this node's own calendar, which a clock fault may shift. Show it; decide nothing by it. */
  calendarMs(): number;

  /** Calls `action` once, at least `delayMs` from now, in a turn of its own. Never calls it after `cancel`. */
  after(delayMs: number, action: () => void): Timer;
}

export interface Timer {
  /** Harmless when the action has run already. */
  cancel(): void;
}
