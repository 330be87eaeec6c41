// A process that answers questions from a database file, one after the other, until its parent ends it. See readers.ts.
import { signerFrom } from '../signer.ts';
import { SqliteStore } from '../store/sqlite.ts';
import { type Answer, type Answerer, type Asked, answererOf } from './answer.ts';

/** What a reader is told first. */
export type Start = { file: string; deployer: string; first: number; key: string | undefined };
export type Told = { start: Start } | { asked: Asked };
export type Said = { ready: true } | { answer: Answer } | { fault: string };

// A terminal and a service manager tell the whole group to stop: the parent says when.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit(0));

const say = (said: Said) => process.send?.(said);
const detailsOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

let answerer: Answerer | undefined;
process.on('message', (told: Told) => {
  if ('start' in told) {
    const { file, deployer, first, key } = told.start;
    answerer = answererOf(new SqliteStore(file, { readOnly: true }), {
      first,
      signer: key === undefined ? undefined : signerFrom(deployer, key),
      onFault: (error) => say({ fault: detailsOf(error) }),
    });
    say({ ready: true });
    return;
  }
  answerer!(told.asked).then(
    (answer) => say({ answer }),
    (error: unknown) => {
      say({ fault: detailsOf(error) });
      process.exit(1); // the parent answers
    },
  );
});
