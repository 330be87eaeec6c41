// Makes src/*.generated.ts from the contracts: interfaces from the VM, events and errors from the sources. Run: npm run bindings -w @wattconnect/contracts
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Keys } from '@wattconnect/protocol';
import { CONTRACTS } from '../src/names.ts';
import { deploymentPlan, original } from '../src/sources.ts';
import type { ClarityType } from '../src/types.ts';

const require = createRequire(import.meta.url);
const DEPLOYER = Keys.address(Keys.development('deployer'));
const NOTE = '// Generated from the contracts by tools/bindings.ts. Do not edit: a test compares it with them.\n';

type Interface = { functions: { name: string; access: string; args: unknown[]; outputs: { type: unknown } }[] };

async function interfaces(): Promise<Map<string, Interface>> {
  const wasm = require('@stacks/clarinet-sdk-wasm') as typeof import('@stacks/clarinet-sdk-wasm');
  const sdk = new wasm.SDK(() => Promise.reject(new Error('no file system')), new wasm.SDKOptions(false, false, false));
  await sdk.initEmptySession(undefined);
  sdk.setEpoch('4.0');
  for (const { name, source, clarityVersion } of deploymentPlan('devnet').contracts) {
    const options = new wasm.ContractOptions(clarityVersion);
    sdk.deployContract(new wasm.DeployContractArgs(name, source, options, DEPLOYER)).free();
  }
  return new Map(
    [...sdk.getContractsInterfaces()]
      .filter(([id]) => id.startsWith(`${DEPLOYER}.`))
      .map(([id, found]) => [id.slice(DEPLOYER.length + 1), found as unknown as Interface]),
  );
}

function abiText(found: Map<string, Interface>): string {
  const abi = Object.fromEntries(
    CONTRACTS.map((name) => {
      const functions = found
        .get(name)!
        .functions.filter(({ access }) => access !== 'private')
        .map(({ name: fn, access, args, outputs }) => ({ name: fn, access, args, outputs: outputs.type }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      return [name, { functions }];
    }),
  );
  return `${NOTE}import type { Abi } from './types.ts';\n\nexport const abi = ${JSON.stringify(abi, null, 1)} as const satisfies Record<string, Abi>;\n`;
}

/** Reads a Clarity type as it is written in code. */
function parseType(text: string): ClarityType {
  const tokens = text.match(/[{}(),:]|[^\s{}(),:]+/g) ?? [];
  let at = 0;
  const next = () => {
    const token = tokens[at++];
    if (token === undefined) throw new Error(`Incomplete type: ${text}`);
    return token;
  };
  const expect = (wanted: string) => {
    const token = next();
    if (token !== wanted) throw new Error(`Expected ${wanted}, found ${token}: ${text}`);
  };
  const type = (): ClarityType => {
    const token = next();
    if (token === 'uint') return 'uint128';
    if (token === 'int') return 'int128';
    if (token === 'bool' || token === 'principal') return token;
    if (token === '{') {
      const tuple: { name: string; type: ClarityType }[] = [];
      while (tokens[at] !== '}') {
        const name = next();
        expect(':');
        tuple.push({ name, type: type() });
        if (tokens[at] === ',') at++;
      }
      expect('}');
      return { tuple };
    }
    if (token !== '(') throw new Error(`Unknown type ${token}: ${text}`);
    const kind = next();
    let out: ClarityType;
    if (kind === 'buff') out = { buffer: { length: Number(next()) } };
    else if (kind === 'string-ascii') out = { 'string-ascii': { length: Number(next()) } };
    else if (kind === 'string-utf8') out = { 'string-utf8': { length: Number(next()) } };
    else if (kind === 'optional') out = { optional: type() };
    else if (kind === 'list') {
      const length = Number(next());
      out = { list: { type: type(), length } };
    } else throw new Error(`Unknown type ${kind}: ${text}`);
    expect(')');
    return out;
  };
  const parsed = type();
  if (at !== tokens.length) throw new Error(`More than one type: ${text}`);
  return parsed;
}

const open = (text: string) => (text.match(/[{(]/g)?.length ?? 0) - (text.match(/[})]/g)?.length ?? 0);

function eventsOf(source: string): Record<string, ClarityType> {
  const found: Record<string, ClarityType> = {};
  const lines = source.split('\n').map((line) => line.trim());
  for (let i = 0; i < lines.length; i++) {
    const start = /^;; @event ([a-z0-9-]+) (.*)$/.exec(lines[i]!);
    if (!start) continue;
    let text = start[2]!;
    while (open(text) > 0) {
      const more = /^;;\s*(.*)$/.exec(lines[++i] ?? '');
      if (!more) throw new Error(`@event ${start[1]} does not end.`);
      text += ` ${more[1]}`;
    }
    if (Object.hasOwn(found, start[1]!)) throw new Error(`@event ${start[1]} is declared twice.`);
    found[start[1]!] = parseType(text);
  }
  return found;
}

function eventsText(): string {
  const events = Object.fromEntries(CONTRACTS.map((name) => [name, eventsOf(original(`${name}.clar`))]));
  return `${NOTE}import type { ClarityType } from './types.ts';\n\nexport const events = ${JSON.stringify(events, null, 1)} as const satisfies Record<string, Record<string, ClarityType>>;\n`;
}

function errorsText(): string {
  const sip010 = [
    { code: 1, contract: 'energy-token', name: 'ERR-BALANCE-TOO-SMALL', message: 'The sender holds less than that.' },
    {
      code: 2,
      contract: 'energy-token',
      name: 'ERR-SENDER-IS-RECIPIENT',
      message: 'The sender and the recipient are the same.',
    },
    { code: 3, contract: 'energy-token', name: 'ERR-AMOUNT-ZERO', message: 'The amount is zero.' },
  ];
  const own = CONTRACTS.flatMap((contract) =>
    [...original(`${contract}.clar`).matchAll(/^;; (.+)\n\(define-constant (ERR-[A-Z0-9-]+) \(err u(\d+)\)\)/gm)].map(
      ([, message, name, code]) => ({ code: Number(code), contract, name, message }),
    ),
  );
  const all = [...sip010, ...own].sort((a, b) => a.code - b.code);
  const declared = CONTRACTS.reduce(
    (sum, contract) =>
      sum + (original(`${contract}.clar`).match(/\(define-constant ERR-[A-Z0-9-]+ \(err u\d+\)\)/g)?.length ?? 0),
    0,
  );
  if (own.length !== declared)
    throw new Error(`${declared - own.length} error constants have no line of explanation above them.`);
  const twice = all.find(({ code }, i) => all[i + 1]?.code === code);
  if (twice) throw new Error(`The error code u${twice.code} is used twice.`);
  return `${NOTE}export const errors = ${JSON.stringify(all, null, 1)} as const;\n`;
}

function parametersText(): string {
  const rows = [...original('governance-dao.clar').matchAll(/^\(seed "([a-z-]+)" u(\d+) u(\d+) u(\d+)\)$/gm)];
  const lines = rows.map(
    ([, key, initial, min, max]) => `  '${key}': { initial: ${initial}n, min: ${min}n, max: ${max}n },`,
  );
  return `${NOTE}/** What governance-dao starts with, and between which bounds its members may move it. */\nexport const parameters = {\n${lines.join('\n')}\n} as const;\n`;
}

/** The generated files by their names in src/. */
export async function generate(): Promise<Record<string, string>> {
  return {
    'abi.generated.ts': abiText(await interfaces()),
    'events.generated.ts': eventsText(),
    'errors.generated.ts': errorsText(),
    'parameters.generated.ts': parametersText(),
  };
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(await generate()))
    writeFileSync(new URL(`../src/${name}`, import.meta.url), text);
}
