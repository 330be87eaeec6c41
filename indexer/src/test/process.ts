// The indexer as people run it: a process of its own, on a small box.
import { type ChildProcess, spawn } from 'node:child_process';

export type Started = {
  /** Once it has said where it serves. */
  url: () => Promise<string>;
  /** All that it has said. */
  said: () => string;
  /** How it ended. */
  ended: Promise<number | null>;
  kill: (signal?: NodeJS.Signals) => void;
};

export function startCli(...args: string[]): Started {
  const child: ChildProcess = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--max-old-space-size=128',
    '--max-semi-space-size=8',
    new URL('../cli.ts', import.meta.url).pathname,
    ...args,
  ]);
  let said = '';
  let serve: (url: string) => void = () => {};
  const served = new Promise<string>((resolve) => {
    serve = resolve;
  });
  const hear = (chunk: unknown) => {
    said += chunk;
    const found = /(http:\/\/\S+)\/graphql/.exec(said)?.[1];
    if (found) serve(found);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    url: () =>
      Promise.race([
        served,
        ended.then((code) => {
          throw new Error(`The indexer ended with ${code}: ${said}`);
        }),
      ]),
    said: () => said,
    ended,
    kill: (signal = 'SIGKILL') => child.kill(signal),
  };
}

/** Waits until an indexer has this block; its digest. */
export async function inStep(url: string, hash: string): Promise<string> {
  for (let i = 0; i < 1500; i++) {
    const { tip } = (await (await fetch(`${url}/health`)).json()) as { tip: { hash: string; digest: string } | null };
    if (tip?.hash === hash) return tip.digest;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${url} was never in step.`);
}
