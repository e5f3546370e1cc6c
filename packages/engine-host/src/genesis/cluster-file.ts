import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { clusterName, epoch, groupPublicKey, peerId, wholeNumber } from '../configuration/configuration.ts';
import { ConfigurationInvalid } from '../configuration/read-configuration.ts';
import { problemsOf } from '../validation/problem.ts';

/** What clients may know of a cluster, enough to check what it answers: the contents of `cluster.json`. */
export type ClusterFile = z.infer<typeof clusterFile>;

const clusterFile = z.strictObject({
  cluster: clusterName,
  epoch,
  validators: wholeNumber(1, 16),
  keys: z.strictObject({ quorum: groupPublicKey, result: groupPublicKey }),
  peers: z.array(z.strictObject({ index: wholeNumber(0, 15), peerId })),
});

/** @throws ConfigurationInvalid */
export function readClusterFile(path: string): ClusterFile {
  const checked = clusterFile.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!checked.success) {
    throw new ConfigurationInvalid(path, problemsOf(checked.error));
  }
  return checked.data;
}
