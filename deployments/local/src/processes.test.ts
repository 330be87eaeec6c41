// A part can leave a process behind that speaks once more after the part was killed.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { start } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'wattconnect-part-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('hears out what a killed part has started', async () => {
  const entry = join(folder, 'part.mjs');
  const late = "setTimeout(() => { console.error('the last word'); }, 300)";
  writeFileSync(
    entry,
    `import { spawn } from 'node:child_process';
     spawn(process.execPath, ['-e', ${JSON.stringify(late)}], { stdio: ['ignore', 'ignore', 'inherit'] });
     console.log('http://127.0.0.1:1');
     setInterval(() => {}, 1000);`,
  );
  const log = join(folder, 'part.log');
  const root = join(import.meta.dirname, '..', '..', '..');
  const { child } = await start('a part', relative(root, entry), [], { log });
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await closed;
  expect(readFileSync(log, 'utf8')).toContain('the last word');
});
