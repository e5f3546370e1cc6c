/** A node of the system under test. Names are n1, n2, …; the index counts from 0. */
export interface ClusterNode {
  readonly name: string;
  readonly index: number;
}
