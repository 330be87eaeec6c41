// A chain with the contracts for the tests, as its command line starts it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const STARTING_MONEY = 1_000_000_000n;

export type Chain = {
  url: string;
  /** Passes chain time. */
  advance: (until: number) => Promise<void>;
  stop: () => Promise<void>;
};

/** @param owners addresses that have money in the first block */
export async function startChain(owners: string[]): Promise<Chain> {
  const cli = join(import.meta.dirname, '..', '..', '..', 'devnet', 'src', 'cli.ts');
  const funds = owners.flatMap((address) => ['--fund', `${address}=${STARTING_MONEY}`]);
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', cli, '--port', '0', '--deploy', ...funds],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk;
      const found = /http:\/\/[^\s,]+/.exec(said)?.[0];
      if (found) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The chain ended with ${code}.`)));
  });
  return {
    url,
    advance: async (until) => {
      const response = await fetch(`${url}/devnet/advance`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ until }),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
