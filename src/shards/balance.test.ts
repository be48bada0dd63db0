import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { divideRows, type WeighedRow } from './balance.ts';

const someRows = fc.uniqueArray(
  fc.record({
    id: fc.stringMatching(/^[a-z]{1,4}$/),
    seconds: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(0)),
    shows: fc.boolean(),
  }),
  { selector: ({ id }) => id, maxLength: 30 },
);
const someCount = fc.integer({ min: 1, max: 8 });

const load = (rows: readonly WeighedRow[]) => rows.reduce((sum, { seconds }) => sum + seconds, 0);
const idsOf = (rows: readonly WeighedRow[]) => rows.map(({ id }) => id);

describe('dividing rows among shards', () => {
  it('gives each row to one shard, whatever there is', () => {
    fc.assert(
      fc.property(someRows, someCount, (rows, count) => {
        const shards = divideRows(rows, count);
        assert.equal(shards.length, count);
        assert.deepEqual(idsOf(shards.flat()).sort(), idsOf(rows).sort());
      }),
    );
  });

  it('gives the same shards for the same rows in another order', () => {
    fc.assert(
      fc.property(
        someRows.chain((rows) =>
          fc.tuple(
            fc.constant(rows),
            fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
          ),
        ),
        someCount,
        ([rows, shuffled], count) => {
          const sorted = (all: readonly WeighedRow[][]) => all.map((part) => idsOf(part).sort());
          assert.deepEqual(sorted(divideRows(rows, count)), sorted(divideRows(shuffled, count)));
        },
      ),
    );
  });

  it('keeps every shard below the mean and one row', () => {
    fc.assert(
      fc.property(someRows, someCount, (rows, count) => {
        const total = load(rows);
        const longest = Math.max(0, ...rows.map(({ seconds }) => seconds));
        for (const part of divideRows(rows, count)) {
          assert.ok(load(part) <= total / count + longest);
        }
      }),
    );
  });

  it('gives each shard a row that is expected to fail while there are enough of them', () => {
    fc.assert(
      fc.property(someRows, someCount, (rows, count) => {
        const showing = rows.filter(({ shows }) => shows);
        const having = divideRows(rows, count).filter((part) => part.some(({ shows }) => shows));
        assert.ok(having.length >= Math.min(count, showing.length));
      }),
    );
  });

  it('evens out numbers where no row is known to take time', () => {
    const rows = ['a', 'b', 'c', 'd'].map((id) => ({ id, seconds: 0, shows: false }));
    assert.deepEqual(
      divideRows(rows, 2).map((part) => part.length),
      [2, 2],
    );
  });
});
