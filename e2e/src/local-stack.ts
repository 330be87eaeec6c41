// The whole local stack as `npm start` runs it, on ports and in a folder of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export type Stack = {
  /** Where it keeps everything. */
  data: string;
  site: string;
  node: string;
  /** The two that the site compares. */
  indexers: [string, string];
  indexer: string;
  /** Where anything may be thrown at: raw TCP, web sockets and HTTP. */
  ports: { http: number[]; raw: number[] };
  /** Seconds from the start to the line that says "Open". */
  seconds: number;
  said: () => string;
  /** Kills every process of this part. */
  kill9: (part: 'devnet' | 'indexer') => void;
  /** Kills the process that holds all others. */
  kill9All: () => Promise<void>;
  /** Ids of the processes of this part. */
  pids: (part: 'devnet' | 'indexer') => number[];
  stop: () => Promise<void>;
};

export async function startStack({
  speed,
  port,
  partsPort,
  homes,
  resume,
}: {
  speed: number;
  port: number;
  partsPort: number;
  homes?: number;
  /** Folder of an earlier stack, to go on from. */
  resume?: string;
}): Promise<Stack> {
  const data = resume ?? mkdtempSync(join(tmpdir(), 'wattconnect-e2e-'));
  const began = performance.now();
  const child: ChildProcess = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(root, 'deployments/local/src/start.ts'),
      ...(resume === undefined ? ['--fresh'] : []),
      '--speed',
      String(speed),
      '--port',
      String(port),
      '--parts-port',
      String(partsPort),
      '--data',
      data,
      ...(homes === undefined ? [] : ['--homes', String(homes)]),
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      text += chunk;
      if (text.includes('Open http')) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('exit', (code) => reject(new Error(`The stack ended with ${code}:\n${text}`)));
  });
  const pids = (part: string) =>
    spawnSync('pgrep', ['-f', `${part}/src/cli.ts.*${data}`], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter(Boolean)
      .map(Number);
  const indexers: [string, string] = [`http://127.0.0.1:${partsPort + 2}`, `http://127.0.0.1:${partsPort + 3}`];
  return {
    data,
    site: `http://127.0.0.1:${port}`,
    node: `http://127.0.0.1:${partsPort}`,
    indexers,
    indexer: indexers[0],
    ports: {
      http: [
        port,
        partsPort,
        partsPort + 1,
        partsPort + 2,
        partsPort + 3,
        partsPort + 4,
        partsPort + 12,
        partsPort + 22,
      ],
      raw: [partsPort + 10, partsPort + 11, partsPort + 20, partsPort + 21],
    },
    seconds: (performance.now() - began) / 1000,
    said: () => text,
    kill9: (part) => {
      const found = pids(part);
      if (found.length === 0) throw new Error(`There is no ${part} to kill.`);
      for (const pid of found) process.kill(pid, 'SIGKILL');
    },
    kill9All: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    pids,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(timer);
      rmSync(data, { recursive: true, force: true });
    },
  };
}
