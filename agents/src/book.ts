// What an operator has signed, kept across restarts: whoever signs two readings of one hour and revision loses its stake.
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';

/** One household, hour and revision, and what was signed for them. */
export type Statement = { seller: string; slot: bigint; revision: bigint; exportWh: bigint; root: string };

const LINE = /^(\S+) (\d+) (\d+) (\d+ [0-9a-f]{64})$/;
const BLOCK = 65_536;

/**
 * The book of one operator on one chain: statements in a file that is only ever added to, one a line. What stands first counts, so that two processes with one file never sign
 * two readings either. A line that was cut off by a crash is none: its signature has not left.
 */
export class SignedBook {
  readonly #file: number | undefined;
  readonly #said = new Map<string, string>();
  #offset = 0;
  #rest = '';

  /** @param path the file; without one, all is forgotten when the process ends */
  constructor(path?: string) {
    if (path === undefined) return;
    this.#file = openSync(path, 'a+', 0o600);
    this.#read(this.#file);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  /** Which of these contradicts what is in the book; undefined if none does. Then all of them are in it, and on the disk. */
  keep(statements: Statement[]): number | undefined {
    const lines = statements.map(({ seller, slot, revision, exportWh, root }) => ({
      key: `${seller} ${slot} ${revision}`,
      value: `${exportWh} ${root}`,
    }));
    const contradiction = (): number | undefined => {
      const mine = new Map<string, string>();
      const at = lines.findIndex(({ key, value }) => {
        const before = this.#said.get(key) ?? mine.get(key);
        mine.set(key, value);
        return before !== undefined && before !== value;
      });
      return at < 0 ? undefined : at;
    };
    if (this.#file !== undefined) this.#read(this.#file);
    const known = contradiction();
    if (known !== undefined) return known;
    const fresh = lines.filter(({ key }) => !this.#said.has(key));
    if (fresh.length === 0) return undefined;
    if (this.#file === undefined) {
      for (const { key, value } of fresh) this.#said.set(key, value);
      return undefined;
    }
    // The first line break ends whatever a crash has left without one.
    const bytes = Buffer.from(`\n${fresh.map(({ key, value }) => `${key} ${value}\n`).join('')}`);
    if (writeSync(this.#file, bytes) !== bytes.length) throw new Error('The disk took only a part: nothing is signed.');
    fsyncSync(this.#file);
    this.#read(this.#file);
    // Another process may have been faster; and what is not there after all must not be signed.
    const late = contradiction();
    return late ?? lines.map(({ key }, at) => (this.#said.has(key) ? -1 : at)).find((at) => at >= 0);
  }

  #read(file: number): void {
    const block = Buffer.alloc(BLOCK);
    for (;;) {
      const length = readSync(file, block, 0, BLOCK, this.#offset);
      if (length === 0) return;
      this.#offset += length;
      const lines = (this.#rest + block.toString('latin1', 0, length)).split('\n');
      this.#rest = lines.pop()!;
      for (const line of lines) {
        const [, seller, slot, revision, value] = LINE.exec(line) ?? [];
        const key = `${seller} ${slot} ${revision}`;
        if (value !== undefined && !this.#said.has(key)) this.#said.set(key, value);
      }
    }
  }
}
