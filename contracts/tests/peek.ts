// Read-onlys that only look up a map or a variable, found in the source. The VM takes milliseconds to enter a contract and none to
// look into its store: random lives, which look at everything all the time, are an order of magnitude faster by it.
import { type ContractName, Contracts } from '../src/index.ts';
import { original } from '../src/sources.ts';
import { definitionsOf, head, type List, type Node, read, textOf } from '../tools/clarity.ts';

/** `part`: the function adds to the row what it works out. */
type Peek = { variable: string } | { map: string; key: string | [field: string, argument: string][]; part?: true };
export type Peekable = { parameters: string[]; peek: Peek };
type Peeks = Map<string, Peekable>;

function peekOf(body: Node | undefined, parameters: string[]): Peek | undefined {
  const items = (body as List | undefined)?.items ?? [];
  if (head(body) === 'default-to') return peekOf(items[2], parameters);
  if (head(body) === 'match' && textOf(items[4]) === 'none') {
    const whole = (items[3] as List).items?.[1];
    const of = head(items[3]) === 'some' && head(whole) === 'merge' ? textOf((whole as List).items[1]) : undefined;
    const row = of === textOf(items[2]) ? peekOf(items[1], parameters) : undefined;
    return row && 'map' in row ? { ...row, part: true } : undefined;
  }
  const name = textOf(items[1]);
  if (head(body) === 'var-get' && name) return { variable: name };
  if (head(body) !== 'map-get?' || !name) return undefined;
  const key = items[2];
  const only = textOf(key);
  if (only) return parameters.includes(only) ? { map: name, key: only } : undefined;
  if (key?.kind !== 'tuple') return undefined;
  const fields = key.fields.map(({ key, value }): [string, string] => [key.text, textOf(value) ?? '']);
  return fields.every(([, argument]) => parameters.includes(argument)) ? { map: name, key: fields } : undefined;
}

const known = new Map<ContractName, Peeks>();
/** The read-onlys of a contract that can be peeked, by name. */
export function peeksOf(contract: ContractName): Peeks {
  const before = known.get(contract);
  if (before) return before;
  const peeks: Peeks = new Map();
  // A contract of the tests.
  if (!Contracts.includes(contract)) return peeks;
  for (const { form, name, parameters, body } of definitionsOf(read(original(`${contract}.clar`)))) {
    const names = parameters.map(({ name }) => name.text);
    const peek = form === 'define-read-only' && body.length === 1 ? peekOf(body[0], names) : undefined;
    if (peek) peeks.set(name, { parameters: names, peek });
  }
  known.set(contract, peeks);
  return peeks;
}
