import { execFile } from 'node:child_process';
import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEPLOYER } from '@wattconnect/devnet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HELP, OptionError, optionsOf } from './options.ts';
import { run } from './run.ts';
import { statementOf } from './signer.ts';
import type { SqliteStore } from './store/sqlite.ts';
import { market, report, settle, trade } from './test/chain.ts';
import { describe as inWords, PeerError, verify } from './verify.ts';

const CLI = new URL('./cli.ts', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'indexer-cli-'));
const cli = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', CLI, ...args],
      { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
    );
  });
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('what operators are given', () => {
  const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  it.each(['../ops/wattconnect-indexer.service', '../ops/Containerfile', '../../docs/indexer.md'])(
    '%s names options, commands and figures that there are',
    (path) => {
      const found = text(path);
      const ours = found
        .split('\n')
        .filter(
          (line) =>
            /cli\.ts|wattconnect-indexer|`--|^\| /.test(line) && !/systemctl|podman build|HEALTHCHECK/.test(line),
        )
        .join('\n');
      const flags = new Set(ours.match(/(?<![\w-])--[a-z][a-z-]*/g));
      const others = ['--max-old-space-size', '--max-semi-space-size', '--name', '--version'];
      expect([...flags].filter((flag) => !HELP.includes(`  ${flag}`) && !others.includes(flag))).toEqual([]);
      expect(flags.size).toBeGreaterThan(2);
      for (const [, command] of found.matchAll(/(?:wattconnect-indexer|cli\.ts"?,?) "?([a-z]{3,})\b/g))
        expect(HELP).toMatch(new RegExp(`^  ${command} `, 'm'));
      const metrics = text('./metrics.ts');
      for (const [, figure] of found.matchAll(/wattconnect_indexer_([a-z_]+)/g))
        expect(metrics).toContain(`'${figure}'`);
    },
  );
});

describe('options', () => {
  it('come from flags, then the environment, then a file', () => {
    const config = file(
      'config.json',
      JSON.stringify({ port: 1, host: '0.0.0.0', deployer: DEPLOYER, peer: ['http://a:1'] }),
    );
    const read = (args: string[], env: Record<string, string> = {}) =>
      optionsOf(['run', '--config', config, ...args], env)!;
    expect(read([])).toMatchObject({ port: 1, host: '0.0.0.0', deployer: DEPLOYER, peers: ['http://a:1'] });
    expect(read([], { INDEXER_PORT: '2' })).toMatchObject({ port: 2 });
    expect(read(['--port', '3'], { INDEXER_PORT: '2' })).toMatchObject({ port: 3 });
    expect(read(['--peer', 'http://b:2/', '--peer', 'http://c:3'])).toMatchObject({
      peers: ['http://b:2', 'http://c:3'],
    });
    const [key, other] = [`0x${'ab'.repeat(32)}`, `0x${'cd'.repeat(32)}`];
    expect(read(['--relay', 'http://r:1/', '--trust', key], { INDEXER_TRUST: other })).toMatchObject({
      relays: ['http://r:1'],
      trusted: [key],
    });
    expect(read([], { INDEXER_TRUST: `${key}, ${other}` })).toMatchObject({ relays: [], trusted: [key, other] });
    for (const bad of ['', key.slice(2), `${key}0`, key.toUpperCase()])
      expect(() => read([`--trust=${bad}`])).toThrow(/is no public key/);
  });

  it('take every address that the chain can have as the deployer, short ones too', () => {
    for (const deployer of [DEPLOYER, 'ST000000000000000000002AMW42H'])
      expect(optionsOf(['run', '--deployer', deployer], {})).toMatchObject({ deployer });
  });

  it.each<[string, string[], RegExp]>([
    ['no command', [], /Name a command/],
    ['a command that there is not', ['dance'], /There is no command "dance"/],
    ['no deployer', ['run'], /--deployer is missing/],
    ['a deployer that is none', ['run', '--deployer', 'me'], /--deployer "me"/],
    ['one with a slip of the pen', ['run', '--deployer', 'ST000000000000000000002AMW42J'], /is no address/],
    [
      'a port that is none',
      ['run', '--deployer', DEPLOYER, '--port', '99999'],
      /--port is a whole number from 0 to 65535/,
    ],
    ['an address that is none', ['status', '--at', 'here'], /--at "here" is no address/],
    ['another protocol', ['run', '--deployer', DEPLOYER, '--node', 'file:///etc/passwd'], /--node/],
    ['a network that there is not', ['run', '--deployer', DEPLOYER, '--network', 'moon'], /--network is one of/],
    ['an option that there is not', ['run', '--fast'], /--fast/],
    ['a file that is not there', ['run', '--config', '/nowhere.json'], /cannot be read/],
  ])('refuse %s', (_, args, message) => {
    expect(() => optionsOf(args, {})).toThrow(OptionError);
    expect(() => optionsOf(args, {})).toThrow(message);
  });

  it('refuse a file with what they do not know', () => {
    expect(() => optionsOf(['run', '--config', file('odd.json', '{"colour":1}')], {})).toThrow(/no option "colour"/);
    expect(() => optionsOf(['run', '--config', file('list.json', '[]')], {})).toThrow(/no JSON object/);
  });

  it('are all in the help', async () => {
    const { code, stdout } = await cli('--help');
    expect([code, stdout.trim()]).toEqual([0, HELP]);
    for (const name of ['--node', '--db', '--peer', '--config', 'INDEXER_CHAINHOOK_PORT', 'verify', 'export'])
      expect(HELP).toContain(name);
  });
});

describe('two indexers', () => {
  let net: Awaited<ReturnType<typeof market>>;
  let one: Awaited<ReturnType<typeof run>>;
  let two: Awaited<ReturnType<typeof run>>;
  let numbers: { slot: bigint; id: bigint };
  beforeAll(async () => {
    net = await market();
    numbers = await trade(net);
    await report(net, numbers.slot, 1600n);
    await settle(net, numbers.slot, numbers.id);
    one = await run({ node: net.url, deployer: DEPLOYER, port: 0, db: join(folder, 'one.db') });
    two = await run({ node: net.url, deployer: DEPLOYER, port: 0, db: join(folder, 'two.db') });
    while ([one, two].some(({ store }) => store.tip()?.hash !== net.chain.tip.hash))
      await new Promise((resolve) => setTimeout(resolve, 20));
  }, 60_000);
  afterAll(async () => {
    await one?.close();
    await two?.close();
    await net?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('agree, and say so', async () => {
    const found = await verify(one.url, two.url);
    expect(found).toMatchObject({ kind: 'agrees', at: { height: net.chain.tip.height } });
    const { code, stdout } = await cli('verify', '--at', one.url, '--peer', two.url);
    expect(code).toBe(0);
    expect(stdout.trim()).toBe(inWords(found));
  });

  it('sign what they say, each with its own key, which nobody else can read', async () => {
    const question = '{ _meta { block { number hash } digest signer signature } }';
    const said = await Promise.all(
      [one, two].map(async ({ url }) => {
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: question }),
        });
        return ((await response.json()) as { data: { _meta: Record<string, string> } }).data._meta;
      }),
    );
    expect(said[0]!.signer).not.toBe(said[1]!.signer);
    for (const { signer, signature } of said) {
      const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(signer!.slice(2), 'hex')]);
      const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
      const text = Buffer.from(statementOf(DEPLOYER, one.store.tip()!));
      expect(verifySignature(null, text, key, Buffer.from(signature!.slice(2), 'hex'))).toBe(true);
      text[text.length - 1]! ^= 1;
      expect(verifySignature(null, text, key, Buffer.from(signature!.slice(2), 'hex'))).toBe(false);
    }
    expect(statSync(join(folder, 'one.db.key')).mode & 0o777).toBe(0o600);
    chmodSync(join(folder, 'two.db.key'), 0o644);
    await expect(
      run({ node: net.url, deployer: DEPLOYER, port: 0, db: join(folder, 'three.db') }).then((r) => r.close()),
    ).resolves.toBeUndefined();
    chmodSync(join(folder, 'three.db.key'), 0o644);
    await expect(run({ node: net.url, deployer: DEPLOYER, port: 0, db: join(folder, 'three.db') })).rejects.toThrow(
      /chmod 600/,
    );
  });

  it('print every row, as of any block', async () => {
    const { code, stdout } = await cli('export', '--db', join(folder, 'one.db'));
    expect(code).toBe(0);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.find(({ entity, id }) => entity === 'Trade' && id === String(numbers.id))).toMatchObject({
      status: 'partially-settled',
      deliveredWh: '1600',
    });
    const early = await cli('export', '--db', join(folder, 'one.db'), '--block', '12');
    expect(early.code).toBe(0);
    expect(early.stdout).not.toContain('"entity":"Trade"');
    expect((await cli('export', '--db', join(folder, 'one.db'), '--block', '99999')).stderr).toMatch(
      /not in these views/,
    );
    expect((await cli('export', '--db', join(folder, 'none.db'))).stderr).toMatch(/There is no database/);
    expect((await cli('export', '--db', join(folder, 'two.db'))).stdout).toBe(stdout);
  });

  it('tell how they are', async () => {
    const { code, stdout } = await cli('status', '--at', one.url);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'ok', tip: { number: net.chain.tip.height } });
    expect((await cli('status', '--at', 'http://127.0.0.1:9')).stderr).toMatch(/Nobody answers/);
  });

  it('are found out when one of them lies: since which block, and in which row', async () => {
    const views = two.store as SqliteStore;
    const settled = views.live('Trade', { id: String(numbers.id) })[0]!;
    const since = views.blockAt(net.chain.tip.height)!;
    // A keeper of views who gives the seller one Wh more, and grows its digests from there.
    const { settledTx } = settled;
    const at = net.chain.blocks.find(({ receipts }) => receipts.some(({ tx }) => tx.txid === settledTx))!.height;
    views.run('update e_trade set delivered_wh = ? where "id" = ? and block_from = ?', [
      '041601',
      String(numbers.id),
      at,
    ]);
    for (let height = at; height <= since.height; height++)
      views.run('update block set digest = ? where height = ?', [`${height}`.padStart(64, 'f'), height]);
    const found = await verify(one.url, two.url);
    expect(found).toMatchObject({
      kind: 'differs',
      first: { height: at },
      row: { entity: 'Trade', id: String(numbers.id) },
    });
    const { code, stdout } = await cli('verify', '--at', one.url, '--peer', two.url);
    expect(code).toBe(1);
    expect(stdout).toContain(`differ since block ${at}`);
    await expect(verify(one.url, 'http://127.0.0.1:9')).rejects.toThrow(PeerError);
    await expect(verify(one.url, net.url)).rejects.toThrow(PeerError);
  });

  it('are not taken for another: a second process, another deployment, a file of something else', async () => {
    const other = 'ST2CY5V39NHDPWSXMW9QDT3HC3GD6Q6XX4CFRK9AG';
    const start = (...args: string[]) => cli(...args, '--node', net.url, '--port', '0');
    expect((await start('run', '--deployer', DEPLOYER, '--db', join(folder, 'one.db'))).stderr).toMatch(
      /in use by another indexer/,
    );
    // A rebuild takes nothing from under a running one.
    expect((await start('rebuild', '--deployer', DEPLOYER, '--db', join(folder, 'one.db'))).stderr).toMatch(
      /in use by another indexer/,
    );
    expect(one.store.tip()!.hash).toBe(net.chain.tip.hash);
    await two.close();
    expect((await start('run', '--deployer', other, '--db', join(folder, 'two.db'))).stderr).toMatch(
      /not of ST2CY5V39NHDPWSXMW9QDT3HC3GD6Q6XX4CFRK9AG/,
    );
    const text = file(
      'letter.txt',
      'Dear neighbour, this is no database but a letter, and it must not be lost. '.repeat(20),
    );
    const { code, stderr } = await start('rebuild', '--deployer', DEPLOYER, '--db', text);
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be used')]);
    expect(readFileSync(text, 'utf8')).toContain('Dear neighbour');
  });
});
