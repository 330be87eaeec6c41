// Replaying the events rebuilds every map: random lives compare both at their end (lives.ts). This looks that nothing was forgotten.
import { expect, it } from 'vitest';
import { events } from '../src/events.generated.ts';
import { Contracts } from '../src/index.ts';
import { original } from '../src/sources.ts';
import { definitionsOf, read } from '../tools/clarity.ts';
import { FOLLOWS, Replay } from './replay.ts';

const replay = new Replay(() => 0n);

it('rebuilds every map, or says what it follows from', () => {
  const maps = Contracts.flatMap((contract) =>
    definitionsOf(read(original(`${contract}.clar`)))
      .filter(({ form }) => form === 'define-map')
      .map(({ name }) => `${contract}.${name}`),
  );
  const rebuilt = Object.entries(replay.tables).flatMap(([contract, tables]) =>
    Object.keys(tables).map((map) => `${contract}.${map}`),
  );
  expect([...rebuilt, ...Object.keys(FOLLOWS)].sort()).toEqual(maps.sort());
});

it('makes something of every event, or knows that there is nothing to make of it', () => {
  const unknown = Object.entries(events).flatMap(([contract, topics]) =>
    Object.keys(topics)
      // No tuple: the memo of a transfer.
      .filter((topic) => topic !== 'transfer-memo' && !replay.knows(contract, topic))
      .map((topic) => `${contract} ${topic}`),
  );
  expect(unknown).toEqual([]);
});
