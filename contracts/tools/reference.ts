// Makes docs/reference/*.md: functions, errors, events and parameters, from the bindings and from the comments in the contracts;
// costs, from the baseline.
// Run: npm run bindings -w @wattconnect/contracts, which makes the bindings first.
import { mkdirSync, writeFileSync } from 'node:fs';
import { type PublicNetwork, SETTINGS } from '../src/bootstrap.ts';
import { abi, Contracts as CONTRACTS, type ContractName, errors, events, parameters } from '../src/index.ts';
import { original } from '../src/sources.ts';
import type { AbiFunction, ClarityType } from '../src/types.ts';
import {
  type Definition,
  definitionsOf,
  head,
  isFunction,
  type Node,
  read,
  type Source,
  textOf,
  walk,
} from './clarity.ts';
import { costsText } from './costs.ts';

const NOTE =
  '<!-- Generated from the contracts by contracts/tools/reference.ts. Do not edit: a test compares it with them. -->';

/** A type as it is written in Clarity. */
export function typeText(type: ClarityType): string {
  if (type === 'uint128') return 'uint';
  if (type === 'int128') return 'int';
  if (type === 'trait_reference') return '<trait>';
  if (typeof type === 'string') return type;
  if ('buffer' in type) return `(buff ${type.buffer.length})`;
  if ('string-ascii' in type) return `(string-ascii ${type['string-ascii'].length})`;
  if ('string-utf8' in type) return `(string-utf8 ${type['string-utf8'].length})`;
  if ('optional' in type) return `(optional ${typeText(type.optional)})`;
  if ('list' in type) return `(list ${type.list.length} ${typeText(type.list.type)})`;
  if ('response' in type) return `(response ${typeText(type.response.ok)} ${typeText(type.response.error)})`;
  return `{ ${type.tuple.map(({ name, type }) => `${name}: ${typeText(type)}`).join(', ')} }`;
}

type Contract = { name: ContractName; source: Source; functions: Map<string, Definition>; errors: Set<string> };

function contractOf(name: ContractName): Contract {
  const source = read(original(`${name}.clar`));
  const definitions = definitionsOf(source);
  return {
    name,
    source,
    functions: new Map(definitions.filter(isFunction).map((definition) => [definition.name, definition])),
    errors: new Set(
      definitions
        .filter(({ name, form }) => form === 'define-constant' && name.startsWith('ERR-'))
        .map(({ name }) => name),
    ),
  };
}

/** Everything that a function does itself or through private functions of its contract. */
function* reachable({ functions }: Contract, from: string, seen = new Set<string>()): Generator<Node> {
  const found = functions.get(from);
  if (!found || seen.has(from)) return;
  seen.add(from);
  for (const { node } of found.body.flatMap((part) => [...walk(part)])) {
    yield node;
    const word = textOf(node);
    if (word !== undefined) yield* reachable({ functions } as Contract, word, seen);
  }
}

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|');
const sentence = (comment: string[]): string => comment.join(' ').trim();

function functionText(contract: Contract, fn: AbiFunction): string {
  const definition = contract.functions.get(fn.name)!;
  const nodes = [...reachable(contract, fn.name)];
  const used = new Set(nodes.flatMap((node) => textOf(node) ?? []));
  const codes = errors.filter((error) => error.contract === contract.name && used.has(error.name));
  const topics = new Set(
    nodes.flatMap((node) =>
      node.kind === 'tuple'
        ? node.fields.filter(({ key }) => key.text === 'topic').map(({ value }) => textOf(value)!.slice(1, -1))
        : [],
    ),
  );
  // An event that is no tuple has no topic: energy-token prints the memo itself.
  if (nodes.some((node) => head(node) === 'print' && node.kind === 'list' && node.items[1]?.kind === 'atom'))
    for (const [topic, type] of Object.entries(events[contract.name] as Record<string, ClarityType>))
      if (typeof type === 'string' || !('tuple' in type)) topics.add(topic);
  const calls = new Set(
    nodes.flatMap((node) =>
      head(node) === 'contract-call?' && node.kind === 'list' && textOf(node.items[1])?.startsWith('.')
        ? [`${textOf(node.items[1])!.slice(1)}.${textOf(node.items[2])}`]
        : [],
    ),
  );
  const comment = sentence(definition.comment);
  const lines = [
    `#### ${fn.name}`,
    ...(comment ? [comment] : []),
    [
      '```clarity',
      `(${[fn.name, ...fn.args.map(({ name, type }) => `(${name} ${typeText(type)})`)].join(' ')})`,
      `;; ${typeText(fn.outputs)}`,
      '```',
    ].join('\n'),
    ...(topics.size > 0 ? [`Events: ${[...topics].map((topic) => `[${topic}](events.md#${topic})`).join(', ')}.`] : []),
    ...(codes.length > 0
      ? [`Errors: ${codes.map(({ name, code }) => `[${name}](errors.md) u${code}`).join(', ')}.`]
      : []),
    ...(calls.size > 0 ? [`Asks: ${[...calls].map(code).join(', ')}.`] : []),
  ];
  return lines.join('\n\n');
}

function functionsText(contracts: Contract[]): string {
  const parts = contracts.map((contract) => {
    const top = contract.source.comments.filter(({ start }) => start < contract.source.forms[0]!.start);
    const end = top.findIndex(({ text }) => text.startsWith('-----'));
    const header = top.slice(0, end < 0 ? top.length : end).map(({ text }) => text.replace(/^;;$/, ''));
    const field = (key: string) => header.find((text) => text.startsWith(`${key}: `))?.slice(key.length + 2) ?? '';
    const rest = header
      .filter((text) => !/^(Title|Summary|Depends-On): /.test(text))
      .join(' ')
      .trim();
    const all = abi[contract.name].functions as readonly AbiFunction[];
    const group = (access: AbiFunction['access']) =>
      all.filter((fn) => fn.access === access).map((fn) => functionText(contract, fn));
    return [
      `## ${contract.name}`,
      field('Summary'),
      rest,
      `Depends on ${field('Depends-On')}.`,
      '### Public',
      ...group('public'),
      '### Read-only',
      ...group('read_only'),
    ].join('\n\n');
  });
  const count = (access: AbiFunction['access']) =>
    CONTRACTS.reduce(
      (sum, name) => sum + (abi[name].functions as readonly AbiFunction[]).filter((fn) => fn.access === access).length,
      0,
    );
  return [
    NOTE,
    '# Functions',
    `${count('public')} public and ${count('read_only')} read-only functions of ${CONTRACTS.length} contracts. Energy in Wh, money in microSTX, prices in microSTX per kWh, rates in basis points, time in unix seconds, slot = floor(time / 3600). "Errors" are those of the contract itself; what it asks others may fail with theirs.`,
    ...parts,
  ].join('\n\n');
}

function errorsText(): string {
  const parts = CONTRACTS.map((name) => {
    const rows = errors.filter(({ contract }) => contract === name);
    return [
      `## ${name}`,
      [
        '| Code | Name | Meaning |',
        '| --- | --- | --- |',
        ...rows.map((row) => `| u${row.code} | ${row.name} | ${cell(row.message)} |`),
      ].join('\n'),
    ].join('\n\n');
  });
  return [
    NOTE,
    '# Errors',
    `${errors.length} codes, each used once. Within a thousand: x0xx authority, x1xx input, x2xx lifecycle, x3xx time, x4xx funds, x5xx signature. A batch names the row that failed: row x 10000 + code.`,
    ...parts,
  ].join('\n\n');
}

function eventsText(): string {
  const parts = CONTRACTS.map((name) =>
    [
      `## ${name}`,
      ...Object.entries(events[name] as Record<string, ClarityType>).map(([topic, type]) => {
        const fields =
          typeof type === 'object' && 'tuple' in type
            ? [
                '| Field | Type |',
                '| --- | --- |',
                ...type.tuple.map((field) => `| ${field.name} | ${code(typeText(field.type))} |`),
              ]
            : [`The value itself, ${code(typeText(type))}, without a topic.`];
        return [`### ${topic}`, fields.join('\n')].join('\n\n');
      }),
    ].join('\n\n'),
  );
  const count = CONTRACTS.reduce((sum, name) => sum + Object.keys(events[name]).length, 0);
  return [
    NOTE,
    '# Events',
    `${count} events. Each is a printed tuple with its name as \`topic\`; the call returns the same tuple without it.`,
    ...parts,
  ].join('\n\n');
}

function parametersText(contracts: Contract[]): string {
  const readers = (key: string): string[] =>
    contracts.flatMap((contract) => {
      if (contract.name === 'governance-dao' && key in tradeFields(contract)) return [];
      return [...contract.functions.values()]
        .filter((definition) =>
          definition.body.some((part) =>
            [...walk(part)].some(
              ({ node }) =>
                (head(node) === 'get' && node.kind === 'list' && textOf(node.items[1]) === key) ||
                (textOf(node) === `"${key}"` && definition.name !== 'check-parameter'),
            ),
          ),
        )
        .map((definition) => code(`${contract.name}.${definition.name}`));
    });
  const rows = Object.entries(parameters).map(
    ([key, { initial, min, max }]) => `| ${key} | ${initial} | ${min} | ${max} | ${readers(key).join(', ') || '-'} |`,
  );
  return [
    NOTE,
    '# Parameters',
    `${rows.length} parameters, kept by governance-dao. Members move them by vote, only between bounds that are fixed in code. Money in microSTX (prices per kWh), energy in Wh, time in seconds, rates in basis points. A trade keeps those of its time.`,
    ['| Parameter | At the start | Least | Most | Read by |', '| --- | --- | --- | --- | --- |', ...rows].join('\n'),
    'Public networks begin otherwise in a few of them, by their bootstrap proposal:',
    [
      '| Parameter | Testnet | Mainnet |',
      '| --- | --- | --- |',
      ...Object.entries(parameters)
        .filter(([key]) => key in SETTINGS.testnet || key in SETTINGS.mainnet)
        .map(([key, { initial }]) => {
          const on = (network: PublicNetwork) => (SETTINGS[network] as Record<string, bigint>)[key] ?? initial;
          return `| ${key} | ${on('testnet')} | ${on('mainnet')} |`;
        }),
    ].join('\n'),
  ].join('\n\n');
}

/** Fields that the DAO packs for the trade path: its own mentions of them are no use of theirs. */
function tradeFields(contract: Contract): Record<string, true> {
  const assemble = contract.functions.get('assemble');
  const tuple = assemble?.body.find((node) => node.kind === 'tuple');
  return Object.fromEntries(tuple?.kind === 'tuple' ? tuple.fields.map(({ key }) => [key.text, true as const]) : []);
}

/** The files by their names in docs/reference/. */
export function reference(): Record<string, string> {
  const contracts = CONTRACTS.map(contractOf);
  const files = {
    'functions.md': functionsText(contracts),
    'errors.md': errorsText(),
    'events.md': eventsText(),
    'parameters.md': parametersText(contracts),
    'costs.md': costsText(NOTE),
  };
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, `${text.replace(/\n{3,}/g, '\n\n')}\n`]),
  );
}

export const REFERENCE = new URL('../../docs/reference/', import.meta.url);

if (import.meta.main) {
  mkdirSync(REFERENCE, { recursive: true });
  for (const [name, text] of Object.entries(reference())) writeFileSync(new URL(name, REFERENCE), text);
}
