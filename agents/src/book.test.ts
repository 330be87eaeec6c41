import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SignedBook, type Statement } from './book.ts';

const folder = mkdtempSync(join(tmpdir(), 'wattconnect-book-'));
afterAll(() => rmSync(folder, { recursive: true }));

let books = 0;
const fresh = (): string => join(folder, `book-${++books}`);
const said = (change: Partial<Statement> = {}): Statement => ({
  ...{ seller: 'home', slot: 7n, revision: 1n, exportWh: 100n, root: 'ab'.repeat(32) },
  ...change,
});

/** Runs a process that keeps statements of `wh` until it is killed after the given number; the hours that it said it had kept. */
function killedAfter(path: string, wh: number, count: number): Promise<bigint[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'test', 'signer.ts'), path, String(wh)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk;
    if (text.split('\n').length > count) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.once('close', () => resolve(text.split('\n').slice(0, -1).map(BigInt))));
}

describe.each([
  ['in memory', () => undefined],
  ['on the disk', fresh],
])('what was signed, kept %s', (_, path) => {
  it('is signed again, and nothing else for the same hour and revision', () => {
    const book = new SignedBook(path());
    expect(book.keep([said()])).toBeUndefined();
    expect(book.keep([said()])).toBeUndefined();
    expect(book.keep([said({ exportWh: 101n })])).toBe(0);
    expect(book.keep([said({ root: 'cd'.repeat(32) })])).toBe(0);
    for (const other of [{ revision: 2n }, { slot: 8n }, { seller: 'home-2' }])
      expect(book.keep([said({ ...other, exportWh: 101n })])).toBeUndefined();
    book.close();
  });

  it('is all of a list or nothing of it, and a list does not contradict itself', () => {
    const book = new SignedBook(path());
    book.keep([said()]);
    expect(book.keep([said({ slot: 8n }), said({ exportWh: 101n })])).toBe(1);
    expect(book.keep([said({ slot: 8n, exportWh: 5n })])).toBeUndefined();
    expect(book.keep([said({ slot: 9n }), said({ slot: 9n, exportWh: 1n })])).toBe(1);
    expect(book.keep([said({ slot: 9n, exportWh: 1n })])).toBeUndefined();
    expect(book.keep([])).toBeUndefined();
    book.close();
  });
});

describe('a book on the disk', () => {
  it('is known to whoever opens it next, and to whoever has it open as well', () => {
    const path = fresh();
    const [one, other] = [new SignedBook(path), new SignedBook(path)];
    expect(one.keep([said()])).toBeUndefined();
    expect(other.keep([said({ exportWh: 101n })])).toBe(0);
    expect(other.keep([said()])).toBeUndefined();
    for (const book of [one, other]) book.close();
    const later = new SignedBook(path);
    expect(later.keep([said({ exportWh: 101n })])).toBe(0);
    expect(later.keep([said()])).toBeUndefined();
    later.close();
    expect(readFileSync(path, 'latin1').trim().split('\n')).toHaveLength(1);
  });

  it('forgets a line that a crash has cut off, and no other', () => {
    const path = fresh();
    const book = new SignedBook(path);
    book.keep([said()]);
    book.close();
    appendFileSync(path, `home 8 1 100 ${'ab'.repeat(30)}`);
    const later = new SignedBook(path);
    expect(later.keep([said({ slot: 8n, exportWh: 1n })])).toBeUndefined();
    expect(later.keep([said({ exportWh: 1n })])).toBe(0);
    later.close();
    const last = new SignedBook(path);
    expect(last.keep([said({ slot: 8n })])).toBe(0);
    expect(last.keep([said({ slot: 8n, exportWh: 1n })])).toBeUndefined();
    last.close();
  });

  it('lets what stands first count, and reads books of any length', () => {
    const path = fresh();
    const line = (slot: number, wh: number) => `home ${slot} 1 ${wh} ${'ab'.repeat(32)}\n`;
    writeFileSync(path, Array.from({ length: 3000 }, (_, slot) => line(slot, slot)).join('') + line(5, 6));
    const book = new SignedBook(path);
    for (const slot of [0, 5, 1499, 2999])
      expect([
        book.keep([said({ slot: BigInt(slot), exportWh: BigInt(slot) })]),
        book.keep([said({ slot: BigInt(slot), exportWh: BigInt(slot) + 1n })]),
      ]).toEqual([undefined, 0]);
    book.close();
  });

  it('has everything that was said to be kept before the process was killed', async () => {
    const path = fresh();
    let last = 0n;
    for (const count of [1, 20, 57]) {
      const kept = await killedAfter(path, 100, count);
      expect(kept.length).toBeGreaterThanOrEqual(count);
      last = last > kept.at(-1)! ? last : kept.at(-1)!;
      const book = new SignedBook(path);
      for (const slot of kept) expect(book.keep([said({ slot, exportWh: 101n })])).toBe(0);
      book.close();
    }
    // The next life says no other thing of those hours: it gets no further than beyond them.
    const [first] = await killedAfter(path, 200, 1);
    expect(first!).toBeGreaterThan(last);
  });
});
