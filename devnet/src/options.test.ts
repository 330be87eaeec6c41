import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { alice, clear, folder, start } from './fixture.ts';
import { parseOptions } from './options.ts';

afterEach(clear);

const file = (text: string) => {
  const path = join(folder(), 'accounts.json');
  writeFileSync(path, text);
  return path;
};

describe('the command line', () => {
  it('has defaults, and takes flags before the environment', () => {
    expect(parseOptions([], {})).toEqual({
      help: false,
      deploy: false,
      port: 3999,
      host: '127.0.0.1',
      speed: 0,
      fresh: false,
      accounts: [],
      observers: [],
    });
    const env = { DEVNET_PORT: '4000', DEVNET_SPEED: '60', DEVNET_DATA: '/tmp/x', DEVNET_GENESIS_TIME: '1800000000' };
    expect(
      parseOptions(['--port', '0', '--deploy', '--observer', 'http://a:1', '--observer', 'http://b'], env),
    ).toMatchObject({
      port: 0,
      speed: 60,
      data: '/tmp/x',
      genesisTime: 1_800_000_000,
      deploy: true,
      observers: ['http://a:1', 'http://b'],
    });
    const path = file(JSON.stringify([{ address: alice.address, balance: '12' }]));
    expect(parseOptions(['--accounts', path, '--fund', `${alice.address}=7`], {}).accounts).toEqual([
      { address: alice.address, balance: 12n },
      { address: alice.address, balance: 7n },
    ]);
  });

  it.each([
    [['--port', 'x'], '--port is a number from 0 to 65535, not "x"'],
    [['--port', '70000'], '--port'],
    [['--port', '1.5'], '--port is a whole number'],
    [['--speed', '-1'], 'argument is ambiguous'],
    [['--speed=-1'], '--speed is a number from 0 to 100000'],
    [['--speed', 'NaN'], '--speed'],
    [['--genesis-time', '12'], '--genesis-time'],
    [['--observer', 'ftp://x'], 'no http address'],
    [['--fund', 'ST=1'], 'is not an address'],
    [['--fund', `${alice.address}=-1`], 'is not an amount'],
    [['--fresh'], '--fresh goes with --data'],
    [['--data', ''], '--data names a folder'],
    [['--nothing'], "Unknown option '--nothing'"],
    [['--accounts', '/does/not/exist'], 'could not be read'],
  ])('%j is refused with a reason', (args, message) => {
    expect(() => parseOptions(args, {})).toThrow(message);
  });
});

it.each([
  ['{', 'could not be read'],
  ['{}', 'must hold a JSON list'],
  ['[{"address":"SP000000000000000000002Q6VF78","balance":1}]', 'entry 1: "SP'],
  [`[{"address":"${alice.address}","balance":1.5}]`, 'is not an amount'],
  ['[null]', 'entry 1'],
])('accounts in the form %j are refused with a reason', (text, message) => {
  expect(() => parseOptions(['--accounts', file(text)], {})).toThrow(message);
});

it('a port in use is named', async () => {
  const { url } = await start();
  const port = Number(new URL(url).port);
  await expect(start({ port })).rejects.toThrow(`Port ${port} is in use`);
});
