import { describe, expect, it } from 'vitest';
import { Asking } from './asking.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('asking', () => {
  it('gets answers while there is news faster than an answer takes', async () => {
    const answers: number[] = [];
    let running = 0;
    let most = 0;
    const asking = new Asking<{ who: string; head: number }>(
      async ({ head }, current) => {
        most = Math.max(most, ++running);
        await sleep(30);
        running--;
        if (current()) answers.push(head);
      },
      ({ who }) => who,
      5,
    );
    for (let head = 0; head < 60; head++) {
      asking.want({ who: 'me', head });
      await sleep(5);
    }
    await sleep(100);
    expect(most).toBe(1);
    expect(answers.length).toBeGreaterThan(3);
    // The last news is not missed.
    expect(answers.at(-1)).toBe(59);
  });

  it('lets go of an answer that is about something else', async () => {
    const answers: string[] = [];
    const asking = new Asking<string>(
      async (what, current) => {
        await sleep(what === 'slow' ? 60 : 10);
        if (current()) answers.push(what);
      },
      (what) => what,
      1,
    );
    asking.want('slow');
    await sleep(10);
    asking.want('quick');
    await sleep(120);
    expect(answers).toEqual(['quick']);
  });

  it('asks again after it has come to rest, and no more once stopped', async () => {
    let asked = 0;
    const asking = new Asking<string>(
      async () => {
        asked++;
      },
      (what) => what,
      1,
    );
    asking.want('a');
    await sleep(20);
    asking.want('a');
    await sleep(20);
    expect(asked).toBe(2);
    asking.stop();
    asking.want('a');
    await sleep(20);
    expect(asked).toBe(2);
  });
});
