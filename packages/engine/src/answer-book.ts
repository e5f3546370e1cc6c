import type { BlockHeader } from './consensus/block.ts';
import type { Certificate } from './consensus/certificate.ts';
import type { HeldBlock } from './consensus/chain.ts';
import type { Answer } from './ledger/answer.ts';
import { proveResult } from './ledger/proof.ts';
import type { Request } from './ledger/request.ts';
import { decodeRequest } from './ledger/request-codec.ts';
import type { BlockResults, LedgerState } from './ledger/state.ts';

/** A final block with what its answers need to be proved. */
interface Page {
  readonly view: number;
  readonly requests: readonly Uint8Array[];
  readonly results: BlockResults;
  readonly headers: readonly BlockHeader[];
  readonly certificate: Certificate;
}

/**
 * The answers of final blocks with their proofs, for as long as a request may come again. Made anew from the blocks
 * at every start; who answered what is the ledger's to decide, this only remembers where it stands.
 */
export class AnswerBook {
  readonly #keptViews: number;
  readonly #pages: Page[] = [];
  readonly #places = new Map<string, { readonly page: Page; readonly position: number }>();

  /** @param keptViews pages this many views behind the last are dropped */
  constructor(keptViews: number) {
    this.#keptViews = keptViews;
  }

  /** Takes final blocks in order of height, the last of them named by the certificate. Gives back the names answered. */
  add(blocks: readonly HeldBlock<LedgerState>[], certificate: Certificate): readonly string[] {
    const names: string[] = [];
    const headers = blocks.map(({ sealed }) => sealed.header);
    blocks.forEach(({ sealed, executed }, index) => {
      const { requests } = sealed.block;
      if (executed === null || requests.length === 0) {
        return;
      }
      const results = executed.state.block;
      const { view } = sealed.header;
      const page: Page = { view, requests, results, headers: headers.slice(index), certificate };
      this.#pages.push(page);
      requests.forEach((bytes, position) => {
        const result = results.results[position] ?? null;
        if (result !== null && result.kind !== 'expired') {
          const name = nameOf(decodeRequest(bytes));
          // Two requests of one name in one block: the first is the one that was carried out.
          if (!this.#places.has(name)) {
            this.#places.set(name, { page, position });
          }
          names.push(name);
        }
      });
    });
    this.#drop(certificate.view - this.#keptViews);
    return names;
  }

  find(name: string): Answer | null {
    const place = this.#places.get(name);
    if (place === undefined) {
      return null;
    }
    const { page, position } = place;
    const { requests, results, headers, certificate } = page;
    const request = decodeRequest(requests[position] as Uint8Array);
    const result = results.results[position];
    if (result === undefined || result === null) {
      return null;
    }
    const path = proveResult(results, position);
    return { outcome: 'ok', request, result, proof: { path, position, headers, certificate } };
  }

  #drop(beforeView: number): void {
    const kept = this.#pages.findIndex((page) => page.view >= beforeView);
    for (const page of this.#pages.splice(0, kept < 0 ? this.#pages.length : kept)) {
      for (const bytes of page.requests) {
        const name = nameOf(decodeRequest(bytes));
        if (this.#places.get(name)?.page === page) {
          this.#places.delete(name);
        }
      }
    }
  }
}

/** What a request is called everywhere: a second one of the same name gets the first one's answer. */
export const nameOf = ({ client, sequence }: Pick<Request, 'client' | 'sequence'>): string => `${client}/${sequence}`;
