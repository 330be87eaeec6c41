// An operator's memory in a process of its own, to be killed: keeps one statement after the other and says each when it is kept.
import { SignedBook } from '../book.ts';

const [path, wh] = process.argv.slice(2) as [string, string];
const book = new SignedBook(path);
for (let slot = 1n; ; slot++) {
  const statement = { seller: 'home', slot, revision: 1n, exportWh: BigInt(wh), root: 'ab'.repeat(32) };
  if (book.keep([statement]) === undefined) process.stdout.write(`${slot}\n`);
}
