import { describe } from 'vitest';
import { describeAudit } from './audit-contract.ts';
import { describeCopying } from './copying-contract.ts';
import { describeKeywordSearch } from './keyword-search-contract.ts';
import { describeOpening } from './opening-contract.ts';
import { describePublishing } from './publishing-contract.ts';
import { describeReading } from './reading-contract.ts';
import { describeVectors } from './vector-contract.ts';
import { type StoreUnderTest, storeTest } from './store-test.ts';

/** Tests everything that a driver of the store has to do. @param makeStore returns a new, empty store. */
export function describeStore(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`${name}, the store's contract`, () => {
    const it = storeTest(makeStore);
    describePublishing(it);
    describeKeywordSearch(it);
    describeReading(it);
    describeVectors(it);
    describeAudit(it);
    describeCopying(it);
    describeOpening(it);
  });
}
