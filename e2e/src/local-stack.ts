// The whole local stack as `npm start` runs it, on ports and in a folder of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export type Stack = {
  site: string;
  node: string;
  indexer: string /** Seconds from the start to the line that says "Open". */;
  seconds: number;
  said: () => string;
  kill9: (part: 'devnet' | 'indexer') => void;
  stop: () => Promise<void>;
};

export async function startStack({
  speed,
  port,
  partsPort,
}: {
  speed: number;
  port: number;
  partsPort: number;
}): Promise<Stack> {
  const data = mkdtempSync(join(tmpdir(), 'wattconnect-e2e-'));
  const began = performance.now();
  const child: ChildProcess = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(root, 'deployments/local/src/start.ts'),
      '--fresh',
      '--speed',
      String(speed),
      '--port',
      String(port),
      '--parts-port',
      String(partsPort),
      '--data',
      data,
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
  return {
    site: `http://127.0.0.1:${port}`,
    node: `http://127.0.0.1:${partsPort}`,
    indexer: `http://127.0.0.1:${partsPort + 2}`,
    seconds: (performance.now() - began) / 1000,
    said: () => text,
    kill9: (part) => {
      const done = spawnSync('pkill', ['-9', '-f', `${part}/src/cli.ts.*${data}`]);
      if (done.status !== 0) throw new Error(`There is no ${part} to kill.`);
    },
    stop: async () => {
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(timer);
      rmSync(data, { recursive: true, force: true });
    },
  };
}
