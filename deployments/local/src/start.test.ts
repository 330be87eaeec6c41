import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const START = join(import.meta.dirname, 'start.ts');
const folder = mkdtempSync(join(tmpdir(), 'wattconnect-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', START, ...args],
      { timeout: 120_000 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
    );
  });

describe('npm start', () => {
  it.each<[string, string[], RegExp]>([
    ['an option that there is not', ['--fast'], /--fast/],
    ['a speed that is none', ['--speed', 'quick'], /--speed is a whole number from 1 to 3600/],
    ['too many homes', ['--homes', '41'], /--homes is a whole number from 2 to 40/],
    ['homes made up beside a file', ['--homes', '3', '--meters', 'x.csv'], /leave it out with --meters/],
  ])('refuses %s', async (_, args, message) => {
    const { code, stderr } = await start(...args, '--data', join(folder, 'refused'));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('says which meter file cannot be read, and keeps nothing of the attempt', async () => {
    const data = join(folder, 'file');
    const { code, stderr } = await start(
      '--meters',
      join(folder, 'none.csv'),
      '--data',
      data,
      '--port',
      '31890',
      '--parts-port',
      '31900',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/none\.csv cannot be read/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(join(data, 'neighbourhood.json'))).toBe(false);
  });

  it.each<[string, number, RegExp]>([
    ['the site', 31_890, /Port 31890, for the site, is in use.*--port 31891/],
    ['another part', 31_922, /Port 31922, for a part of the stack, is in use.*--parts-port 32900/],
  ])('says that the port of %s is in use, and which option helps', async (_, port, message) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
    try {
      const { code, stderr } = await start('--data', join(folder, 'port'), '--port', '31890', '--parts-port', '31900');
      expect(code).toBe(1);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/^\s+at /m);
    } finally {
      await new Promise((resolve) => taken.close(resolve));
    }
  });

  it('does not mix two neighbourhoods in one folder', async () => {
    const data = mkdtempSync(join(folder, 'other-'));
    writeFileSync(join(data, 'neighbourhood.json'), JSON.stringify({ homes: 8, meters: null }));
    const { code, stderr } = await start('--homes', '5', '--data', data, '--port', '31890', '--parts-port', '31900');
    expect(code).toBe(2);
    expect(stderr).toMatch(/A neighbourhood of other homes is here already/);
  });

  it('has --help', async () => {
    const { code, stdout } = await start('--help');
    expect(code).toBe(0);
    for (const option of ['--fresh', '--speed', '--homes', '--meters', '--port', '--parts-port', '--data'])
      expect(stdout).toContain(option);
  });
});
