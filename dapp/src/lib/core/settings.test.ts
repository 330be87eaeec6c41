import { describe, expect, test } from 'vitest';
import { allowsDemoWallet, parseSettings } from './settings.ts';

const local = {
  network: 'devnet',
  chainId: 0x80000000,
  deployer: 'ST1PQHQKV0RJXZFY1DGX8MNSNYVE3VGZJSRTPGZGM',
  node: 'http://127.0.0.1:3999/',
  indexers: ['http://127.0.0.1:3800'],
  demoWallet: true,
};

describe('config.json', () => {
  test('fills what may be left out and trims addresses', () => {
    expect(parseSettings(local)).toMatchObject({ node: 'http://127.0.0.1:3999', relays: [], accounts: [], names: {} });
  });

  test.each([
    ['an empty file', null, 'the whole file'],
    ['no indexer', { ...local, indexers: [] }, 'indexers'],
    ['an address of another shape', { ...local, deployer: 'nobody' }, 'deployer'],
    ['a file address', { ...local, node: 'file:///etc' }, 'node'],
    ['a key instead of its name', { ...local, accounts: [{ name: 'Ida', key: 'F'.repeat(64) }] }, 'accounts.0.key'],
  ])('%s is refused with its place', (_, value, where) => {
    expect(() => parseSettings(value)).toThrow(where);
  });

  test('names lose what is invisible in them', () => {
    const settings = parseSettings({ ...local, accounts: [{ name: '\u202eadI', key: 'home-h01' }] });
    expect(settings.accounts[0]?.name).toBe('adI');
  });
});

describe('the demo wallet', () => {
  const at = (settings: object, pathname = '/') =>
    allowsDemoWallet(parseSettings({ ...local, ...settings }), { pathname });
  test('is there on a local chain', () => expect(at({})).toBe(true));
  test.each([
    [{ network: 'mainnet', chainId: 1 }, '/'],
    [{ network: 'testnet' }, '/'],
    [{ chainId: 1 }, '/'],
    [{ node: 'https://stacks.example' }, '/'],
    [{ node: 'http://127.0.0.1.example:3999' }, '/'],
    [{ demoWallet: false }, '/'],
    [{}, '/ipfs/bafy/'],
    [{}, '/ipns/key/'],
  ])('is refused with %j at %s', (settings, pathname) => expect(at(settings, pathname)).toBe(false));
});
