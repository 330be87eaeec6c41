import { readFileSync } from 'node:fs';
import { Cl } from '@stacks/transactions';
import { describe, expect, it } from 'vitest';
import { ContractError, Contracts, call, decodeEvent, errorOf, errors, events, resultOf } from '../src/index.ts';
import { deploymentPlan, original, strip } from '../src/sources.ts';
import { generate } from '../tools/bindings.ts';

describe('bindings', () => {
  it('are what the contracts give', async () => {
    for (const [name, text] of Object.entries(await generate()))
      expect(readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8'), name).toBe(text);
  });

  it('know every event that is printed', () => {
    for (const contract of Contracts) {
      const printed = [...original(`${contract}.clar`).matchAll(/topic: "([a-z0-9-]+)"/g)].map(([, topic]) => topic!);
      for (const topic of printed) expect(Object.keys(events[contract]), contract).toContain(topic);
    }
  });

  it('make calls by name and refuse wrong values', () => {
    const made = call.marketplace.acceptOffer({ id: 1n, revision: 0n, wh: 1500n, maxTotal: 1_000_000n });
    expect(made).toMatchObject({ contractName: 'marketplace', functionName: 'accept-offer' });
    expect(made.functionArgs.map((arg) => Cl.prettyPrint(arg))).toEqual(['u1', 'u0', 'u1500', 'u1000000']);
    expect(() => call.marketplace.acceptOffer({ id: -1n, revision: 0n, wh: 1n, maxTotal: 1n })).toThrow('id');
    expect(() =>
      call.energyToken.retire({
        amount: 1n,
        beneficiary: 'ST1PQHQKV0RJXZFY1DGX8MNSNYVE3VGZJSRTPGZGM',
        reason: 'x'.repeat(81),
      }),
    ).toThrow('reason');
  });

  it('read results, and turn refusals into sentences', () => {
    expect(
      resultOf('reputation-system', 'get-tier', Cl.tuple({ tier: Cl.uint(2), 'limit-percent': Cl.uint(40) })),
    ).toEqual({ tier: 2n, limitPercent: 40n });
    expect(() => resultOf('marketplace', 'quote', Cl.error(Cl.uint(2100)))).toThrow(ContractError);
    expect(errorOf(1101)).toMatchObject({ contract: 'user-registry', name: 'ERR-CELL' });
    expect(errorOf(3n * 10_000n + 1101n)).toMatchObject({ name: 'ERR-CELL', row: 3n });
    expect(errorOf(9999)).toBeUndefined();
    for (const { message } of errors) expect(message).toMatch(/^[A-Z].*[.)]$/);
  });

  it('read events strictly', () => {
    const good = Cl.tuple({
      topic: Cl.stringAscii('slot-dust'),
      seller: Cl.principal('ST1PQHQKV0RJXZFY1DGX8MNSNYVE3VGZJSRTPGZGM'),
      slot: Cl.uint(5),
      wh: Cl.uint(2),
    });
    const hex = Cl.serialize(good);
    expect(decodeEvent('trade-escrow', hex)).toEqual({
      contract: 'trade-escrow',
      topic: 'slot-dust',
      seller: 'ST1PQHQKV0RJXZFY1DGX8MNSNYVE3VGZJSRTPGZGM',
      slot: 5n,
      wh: 2n,
    });
    expect(decodeEvent('marketplace', hex)).toBeUndefined();
    expect(decodeEvent('constructor', hex)).toBeUndefined();
    expect(decodeEvent('trade-escrow', 'zz')).toBeUndefined();
    expect(
      decodeEvent('trade-escrow', Cl.serialize(Cl.tuple({ topic: Cl.stringAscii('slot-dust'), slot: Cl.uint(5) }))),
    ).toBeUndefined();
  });

  it('deploy without comments, and nothing else is lost', () => {
    expect(strip('(a) ;; why\n  (b ";; no" "\\";; ") ; c\n\n')).toBe('(a)\n(b ";; no" "\\";; ") ; c');
    const { contracts } = deploymentPlan('devnet');
    for (const { source, name } of contracts) {
      expect(source, name).not.toMatch(/^\s*;;/m);
      expect((source.match(/\(/g) ?? []).length).toBe((source.match(/\)/g) ?? []).length);
    }
  });
});
