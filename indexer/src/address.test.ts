import { address, DEPLOYER } from '@wattconnect/devnet/testing';
import { expect, it } from 'vitest';
import { isAddress } from './address.ts';

it.each([
  DEPLOYER,
  address('home-a'),
  // Hashes with zeros in front have short addresses; these are the ones that nobody holds a key of.
  'ST000000000000000000002AMW42H',
  'SP000000000000000000002Q6VF78',
  // Several signatures.
  'SM2MARAVW6BEJCD13YV2RHGYHQWT7TDDNMNRB1MVT',
])('%s is an address', (text) => {
  expect(isAddress(text)).toBe(true);
});

it.each([
  '',
  'S',
  'nobody',
  DEPLOYER.toLowerCase(),
  `${DEPLOYER} `,
  `${DEPLOYER}.marketplace`,
  DEPLOYER.slice(0, -1),
  // One character is another.
  `${DEPLOYER.slice(0, -1)}${DEPLOYER.endsWith('0') ? '1' : '0'}`,
  // Others read the letter O as a zero; the chain never writes it.
  'STO00000000000000000002AMW42H',
  'ST'.padEnd(42, '0'),
  'S'.repeat(100_000),
])('%.60s is none', (text) => {
  expect(isAddress(text)).toBe(false);
});
