import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOptions } from './cli.ts';
import { after, CONTRACT, folder } from './test/kit.ts';

const CLI = new URL('./cli.ts', import.meta.url).pathname;
const CELL_HEX = '871f0d4b5ffffff';
const GOOD = ['--contract', CONTRACT, '--cells', CELL_HEX];
const FREE = ['--port', '0', '--ws-port', '0', '--http-port', '0'];

function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [CLI, ...args], { env: { PATH: process.env.PATH ?? '', ...env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended, out: () => out, err: () => err };
}

describe('the program', () => {
  it('starts, tells where it listens, and stops when it is asked to', async () => {
    const dir = folder();
    const relay = run([...GOOD, ...FREE, '--key', join(dir, 'relay.key'), '--data', join(dir, 'relay.db')]);
    await expect.poll(relay.out, { timeout: 15_000 }).toContain('Status page http://127.0.0.1:');
    expect(relay.out()).toMatch(/\/ip4\/127\.0\.0\.1\/tcp\/\d+\/ws\/p2p\/12D3/);
    const url = /Status page (\S+)/.exec(relay.out())![1]!;
    expect((await fetch(`${url}/health`)).status).toBe(200);
    relay.child.kill('SIGTERM');
    expect(await relay.ended).toBe(0);
    expect(relay.err()).toBe('');
  });

  it('says what to do when a port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    after(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as { port: number };
    for (const flag of ['--port', '--ws-port', '--http-port']) {
      const relay = run([...GOOD, ...FREE, flag, String(port)]);
      expect(await relay.ended).toBe(2);
      expect(relay.err()).toBe(
        `Port ${port} is in use already: stop the other program, or choose another with ${flag}.\n`,
      );
    }
  });

  it('prints its help', async () => {
    const relay = run(['--help']);
    expect(await relay.ended).toBe(0);
    for (const flag of ['--contract', '--cells', '--bootstrap', '--ws-port', '--data'])
      expect(relay.out()).toContain(flag);
  });

  it('refuses what it does not understand, before anything else', async () => {
    for (const [args, says] of [
      [[...GOOD, ...FREE, '--bootstrap', 'relay.example.org:3810'], 'not a multiaddr'],
      [['--contract', CONTRACT, '--cells', '871f0d4b5'], 'not an H3 cell'],
      [['--contract', 'marketplace', '--cells', CELL_HEX, ...FREE], 'no contract'],
      [[...GOOD, ...FREE, '--node', 'localhost'], 'no URL'],
    ] as const) {
      const relay = run([...args]);
      expect(await relay.ended).toBe(2);
      expect(relay.err()).toContain(says);
      expect(relay.err().trim().split('\n').length).toBe(1);
    }
  });
});

describe('its settings', () => {
  const read = (args: string[], env = {}) => {
    const given = readOptions(args, env);
    return given.help ? undefined : given.options;
  };

  it('have sensible defaults', () => {
    expect(read(GOOD)).toEqual({
      contract: CONTRACT,
      cells: [CELL_HEX],
      chainId: 0x80000000,
      port: 3810,
      wsPort: 3811,
      httpPort: 3812,
      bootstrap: [],
      announce: [],
    });
  });

  it('come from flags before the environment before the file', () => {
    const config = join(folder(), 'relay.json');
    writeFileSync(
      config,
      JSON.stringify({ contract: CONTRACT, cells: ['a', 'b'], wsPort: 1, httpPort: 1, port: 1, chainId: 1 }),
    );
    expect(
      read(['--config', config, '--port', '3'], {
        WATTCONNECT_RELAY_PORT: '2',
        WATTCONNECT_RELAY_WS_PORT: '2',
        WATTCONNECT_RELAY_CELLS: 'c,d',
      }),
    ).toMatchObject({ cells: ['c', 'd'], port: 3, wsPort: 2, httpPort: 1, chainId: 1 });
    expect(read([], { WATTCONNECT_RELAY_CONFIG: config })).toMatchObject({ cells: ['a', 'b'] });
    expect(read([...GOOD, '--cells', 'x,y', '--chain-id', '0x80000000'])).toMatchObject({
      cells: [CELL_HEX, 'x', 'y'],
      chainId: 0x80000000,
    });
  });

  it.each([
    [[], 'contract'],
    [['--contract', CONTRACT], '--cells'],
    [[...GOOD, '--port', '70000'], '--port is a whole number'],
    [[...GOOD, '--port', '-1'], '--port'],
    [[...GOOD, '--port', '1.5'], '--port is a whole number'],
    [[...GOOD, '--chain-id', 'mainnet'], '--chain-id is a whole number'],
    [[...GOOD, '--speed', '9'], '--speed'],
    [[...GOOD, 'extra'], 'extra'],
    [['--config', '/nowhere/relay.json'], 'cannot be read'],
  ])('are refused with a reason: %j', (args, says) => {
    expect(() => read(args)).toThrow(says);
  });

  it('of a file are refused with a reason, too', () => {
    const config = join(folder(), 'relay.json');
    for (const [text, says] of [
      ['[]', 'no JSON object'],
      ['{"speed": 9}', 'no setting "speed"'],
      ['{"port": {}}', '"port"'],
      ['{', 'cannot be read'],
    ] as const) {
      writeFileSync(config, text);
      expect(() => read(['--config', config])).toThrow(says);
    }
  });
});
