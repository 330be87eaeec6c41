// The parts of the stack as processes of their own: started, watched for the address they print, and ended together.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LEASH = join(import.meta.dirname, 'leash.ts');
const root = join(import.meta.dirname, '..', '..', '..');
/** A part that says nothing for so long while it starts has not started. */
const SILENCE_MS = 60_000;
const END_MS = 5_000;

export class PartFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PartFailed';
  }
}

export type Part = { name: string; url: string; child: ChildProcess; stop: () => Promise<void> };

/**
 * Starts a program of the workspace and waits until it prints where it listens.
 * @param log file for what it says
 * @param progress hears what it says on stderr while it starts
 */
export async function start(
  name: string,
  entry: string,
  args: string[],
  { log, progress }: { log?: string; progress?: (line: string) => void } = {},
): Promise<Part> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', LEASH, join(root, entry), ...args],
    // The leash holds the other end of stdin: see there.
    { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  if (log) mkdirSync(dirname(log), { recursive: true });
  const file = log === undefined ? undefined : openSync(log, 'a');
  // Not when it exits: what it has started may hold its output a little longer, and say something.
  child.on('close', () => file !== undefined && closeSync(file));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new PartFailed(
            `${name} did not start: nothing was heard of it for ${SILENCE_MS / 1000} s.\n${said.slice(-2000)}`,
          ),
        ),
      SILENCE_MS,
    );
    let started = false;
    const hear = (chunk: Buffer) => {
      if (file !== undefined) writeSync(file, chunk);
      if (said.length < 20_000) said += chunk;
      const found = /(http:\/\/[^\s,/]+)/.exec(said)?.[1];
      if (!found) return;
      started = true;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', (chunk: Buffer) => {
      if (file !== undefined) writeSync(file, chunk);
      if (said.length < 20_000) said += chunk;
      if (started) return;
      timer.refresh();
      for (const line of String(chunk).split('\n')) if (line.trim() !== '') progress?.(line.trim());
    });
    child.on('error', (error) => reject(new PartFailed(`${name} could not be started: ${error.message}`)));
    child.on('exit', (code) => {
      clearTimeout(timer);
      reject(new PartFailed(`${name} ended with ${code}.\n${said.slice(-2000)}`));
    });
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  return {
    name,
    url,
    child,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
