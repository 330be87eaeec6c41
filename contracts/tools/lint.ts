// What neither the VM nor its SDK complains of, and what must not be in a contract that holds people's money.
// Run: npm run lint -w @wattconnect/contracts (part of `npm run check`).
import { CONTRACTS } from '../src/names.ts';
import { original } from '../src/sources.ts';
import {
  ClarityError,
  type Definition,
  definitionsOf,
  head,
  isFunction,
  type List,
  type Node,
  read,
  type Source,
  textOf,
  walk,
} from './clarity.ts';

export type Finding = {
  contract: string;
  line: number;
  rule: string /** Definition it is in. */;
  where: string;
  message: string;
};

/** Where a rule does not hold, and why. An entry that is no longer needed is itself a finding. */
export type Allowed = { contract: string; rule: string; where: string; why: string };

export const ALLOWED: Allowed[] = [
  {
    contract: 'dispute-resolution',
    rule: 'banned',
    where: 'call-jury',
    why: 'the hash of the block of the call draws the jury: it names a block and measures no time',
  },
  {
    contract: 'governance-dao',
    rule: 'tx-sender',
    where: 'run',
    why: 'proposal-trait hands the sender to the proposal as information; is-dao-call decides by contract-caller',
  },
  {
    contract: 'trade-escrow',
    rule: 'tx-sender',
    where: 'open-one',
    why: 'only open-direct opens rows that are paid from a wallet, and it has compared tx-sender with the buyer',
  },
  {
    contract: 'trade-escrow',
    rule: 'swallowed',
    where: 'void-slot',
    why: 'whatever keeps a report from becoming final once its window is over, the slot has to end all the same',
  },
  {
    contract: 'marketplace',
    rule: 'swallowed',
    where: 'cancel-trade',
    why: "the buyer's way out must not depend on what became of the offer",
  },
  {
    contract: 'marketplace',
    rule: 'swallowed',
    where: 'is-signed-by',
    why: 'a malformed signature is just no signature',
  },
];

/** Thousands of the error codes. SIP-010 has u1 to u4 of its own. */
export const RANGES: Record<string, number> = {
  'user-registry': 1000,
  'energy-token': 2000,
  marketplace: 3000,
  'trade-escrow': 4000,
  'energy-oracle': 5000,
  'reputation-system': 6000,
  'dispute-resolution': 7000,
  'governance-dao': 8000,
};
/** Within each thousand: authority, input, lifecycle, time, funds, signature. */
const CLASSES = 6;

const BANNED: Record<string, string> = {
  'as-contract': 'it lends all that the contract has; as-contract? names its allowances',
  'with-all-assets-unsafe': 'name the exact allowance',
  'secp256k1-verify': 'it differs between VMs; recover the key and compare',
  'at-block': 'it is gone from the language',
  'block-height': 'time is stacks-block-time',
  'burn-block-height': 'time is stacks-block-time',
  'stacks-block-height': 'time is stacks-block-time',
  'is-ok': 'it throws the error away; use match or try!',
  'is-err': 'it throws the value away; use match or unwrap-err!',
};

/** No list that a caller gives is longer, no text larger: a call stays below 5 % of a block. */
const MAX_LIST = 168;
const MAX_TEXT = 1024;
/** How often a loop inside a loop may run. */
const MAX_ROUNDS = 2500;

const SYNTAX = new Set([
  'if',
  'let',
  'begin',
  'match',
  'and',
  'or',
  'not',
  'asserts!',
  'try!',
  'unwrap!',
  'merge',
  'get',
  'ok',
  'err',
]);

type Context = {
  contract: string;
  source: Source;
  definitions: Definition[];
  functions: Map<string, Definition>;
  report: (rule: string, node: { line: number }, where: string, message: string) => void;
};

export function lint(contract: string, text: string, allowed: readonly Allowed[] = ALLOWED): Finding[] {
  const findings: Finding[] = [];
  let source: Source;
  try {
    source = read(text);
  } catch (error) {
    if (!(error instanceof ClarityError)) throw error;
    return [{ contract, line: error.line, rule: 'syntax', where: '', message: error.message }];
  }
  const definitions = definitionsOf(source);
  const context: Context = {
    contract,
    source,
    definitions,
    functions: new Map(definitions.filter(isFunction).map((definition) => [definition.name, definition])),
    report: (rule, { line }, where, message) => findings.push({ contract, line, rule, where, message }),
  };
  for (const rule of [header, naming, errorCodes, banned, sender, swallowed, unused, bounds, events]) rule(context);

  const own = allowed.filter((one) => one.contract === contract);
  const covers = (one: Allowed, found: Finding) => one.rule === found.rule && one.where === found.where;
  const kept = findings.filter((found) => !own.some((one) => covers(one, found)));
  for (const one of own)
    if (!findings.some((found) => covers(one, found)))
      kept.push({ ...one, line: 1, message: `${one.rule} is allowed in ${one.where} and needs it no longer` });
  return kept.sort((a, b) => a.line - b.line);
}

/** Title, Summary, Depends-On; and it depends on exactly what it says. */
function header({ contract, source, report }: Context): void {
  const line = (key: string) =>
    source.comments.find(({ text }) => text.startsWith(`${key}: `))?.text.slice(key.length + 2);
  const top = { line: 1 };
  if (line('Title') !== contract) report('header', top, '', `the first line should be ";; Title: ${contract}"`);
  if (!line('Summary')) report('header', top, '', 'there is no ";; Summary: ..."');
  const said = (line('Depends-On') ?? 'none').split(',').map((name) => name.trim());
  const used = new Set<string>();
  for (const form of source.forms)
    for (const { node } of walk(form)) {
      const name = /^\.([a-z0-9-]+)/.exec(textOf(node) ?? '')?.[1];
      if (name) used.add(name);
    }
  const wanted = used.size === 0 ? ['none'] : [...used];
  for (const name of wanted) if (!said.includes(name)) report('header', top, '', `Depends-On does not name ${name}`);
  for (const name of said)
    if (!wanted.includes(name)) report('header', top, '', `Depends-On names ${name}, which is not used`);
}

function naming({ definitions, report }: Context): void {
  const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
  const SCREAMING = /^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$/;
  for (const { form, name, node, parameters, body } of definitions) {
    const pattern = form === 'define-constant' ? SCREAMING : KEBAB;
    if (!pattern.test(name))
      report('naming', node, name, `${name} is not ${pattern === KEBAB ? 'kebab-case' : 'SCREAMING-CASE'}`);
    for (const parameter of parameters)
      if (!KEBAB.test(parameter.name.text))
        report('naming', parameter.name, name, `the parameter ${parameter.name.text} is not kebab-case`);
    if (form === 'define-constant' && (head(body[0]) === 'err') !== name.startsWith('ERR-'))
      report('naming', node, name, 'errors, and only errors, are called ERR-...');
    if (form === 'define-private' && name.startsWith('get-') && writes(node))
      report('naming', node, name, 'what is called get-... changes nothing');
    for (const inner of body)
      for (const { node: within } of walk(inner))
        if (head(within) === 'let' && (within as List).items[1]?.kind === 'list')
          for (const binding of ((within as List).items[1] as List).items) {
            const local = binding.kind === 'list' ? textOf(binding.items[0]) : undefined;
            if (local && !KEBAB.test(local)) report('naming', binding, name, `the local ${local} is not kebab-case`);
          }
  }
}

const WRITES = new Set([
  'map-set',
  'map-insert',
  'map-delete',
  'var-set',
  'stx-transfer?',
  'ft-transfer?',
  'ft-mint?',
  'ft-burn?',
  'print',
]);
function writes(node: Node): boolean {
  for (const { node: within } of walk(node)) if (WRITES.has(head(within) ?? '')) return true;
  return false;
}

function errorCodes({ contract, definitions, source, report }: Context): void {
  const seen = new Map<number, string>();
  const base = RANGES[contract];
  for (const { form, name, node, body, comment } of definitions) {
    if (form !== 'define-constant' || head(body[0]) !== 'err') continue;
    const code = Number(/^u(\d+)$/.exec(textOf((body[0] as List).items[1]) ?? '')?.[1] ?? Number.NaN);
    if (Number.isNaN(code)) {
      report('error-code', node, name, `${name} is not (err u<number>)`);
      continue;
    }
    const sip010 = contract === 'energy-token' && code >= 1 && code <= 4;
    if (base !== undefined && !sip010 && (code < base || code >= base + 100 * CLASSES))
      report('error-code', node, name, `u${code} is outside ${base} to ${base + 100 * CLASSES - 1}`);
    if (seen.has(code)) report('error-code', node, name, `u${code} is ${seen.get(code)} already`);
    seen.set(code, name);
    if (comment.length === 0 || !/^[A-Z].*[.)]$/.test(comment.at(-1)!))
      report('error-code', node, name, `${name} has no sentence above it that says what happened`);
  }
  for (const form of source.forms) {
    const constant = head(form) === 'define-constant';
    for (const { node } of walk(form))
      if (!constant && head(node) === 'err' && /^u\d+$/.test(textOf((node as List).items[1]) ?? ''))
        report('error-code', node, nameOf(form), 'a bare error code: give it a name');
  }
}

const nameOf = (form: Node): string => {
  if (form.kind !== 'list') return '';
  const [, what] = form.items;
  return textOf(what) ?? (what?.kind === 'list' ? textOf(what.items[0]) : undefined) ?? '';
};

function banned({ source, report }: Context): void {
  for (const form of source.forms) {
    const where = nameOf(form);
    const constant = head(form) === 'define-constant';
    for (const { node } of walk(form)) {
      const word = textOf(node);
      if (word && Object.hasOwn(BANNED, word)) report('banned', node, where, `${word}: ${BANNED[word]}`);
      const panic = head(node);
      if ((panic === 'unwrap-panic' || panic === 'unwrap-err-panic') && !constant) {
        const what = textOf((node as List).items[1]) ?? '';
        // The code of a named error is a constant.
        if (!(panic === 'unwrap-err-panic' && what.startsWith('ERR-')))
          report('panic', node, where, `${panic} ends the call without a code`);
      }
    }
  }
}

/**
 * tx-sender says who signed and not who calls: it is no authority. It may stand for the deployer when a contract is deployed, be
 * compared with contract-caller, be the contract itself inside as-contract?, and pay where the function has made that comparison.
 */
function sender({ source, definitions, functions, report }: Context): void {
  const compares = (node: Node): boolean => {
    for (const { node: within } of walk(node))
      if (
        head(within) === 'asserts!' &&
        textOf((within as List).items[2]) === 'ERR-INDIRECT-CALL' &&
        head((within as List).items[1]) === 'is-eq'
      )
        return true;
    return false;
  };
  const guards = new Set(definitions.filter((one) => isFunction(one) && compares(one.node)).map(({ name }) => name));
  const guarded = (form: Node): boolean => {
    for (const { node } of walk(form)) if (guards.has(head(node) ?? '')) return true;
    return compares(form);
  };
  for (const form of source.forms) {
    if (head(form) === 'define-constant') continue;
    for (const { node, above } of walk(form)) {
      if (textOf(node) !== 'tx-sender') continue;
      const parent = above.at(-1);
      const inContract = above.some((outer) => head(outer) === 'as-contract?');
      const compared =
        head(parent) === 'is-eq' && textOf((above.at(-2) as List | undefined)?.items[2]) === 'ERR-INDIRECT-CALL';
      const pays = head(parent) === 'stx-transfer?' || head(parent) === 'contract-call?';
      const name = nameOf(form);
      const callers = definitions.filter(
        (one) => isFunction(one) && one.name !== name && [...walk(one.node)].some(({ node: n }) => head(n) === name),
      );
      const safe =
        guarded(form) ||
        (functions.get(name)?.form === 'define-private' &&
          callers.length > 0 &&
          callers.every((one) => guarded(one.node)));
      if (!inContract && !compared && !(pays && head(parent) === 'stx-transfer?' && safe))
        report('tx-sender', node, name, 'tx-sender decides nothing: authority is contract-caller');
    }
  }
}

/** Errors that are caught and forgotten, and loops that collect responses nobody looks at. */
function swallowed({ source, functions, report }: Context): void {
  const answers = (name: string): boolean => {
    const found = functions.get(name);
    return found !== undefined && isResponse(found.body.at(-1));
  };
  for (const form of source.forms)
    for (const { node } of walk(form)) {
      const where = nameOf(form);
      const items = node.kind === 'list' ? node.items : [];
      // (match response value-name value-form error-name error-form)
      if (head(node) === 'match' && items.length === 6) {
        const name = textOf(items[4])!;
        if (![...walk(items[5]!)].some(({ node: within }) => textOf(within) === name))
          report('swallowed', node, where, `the error ${name} is caught and not looked at`);
      }
      if (head(node) === 'map' && answers(textOf(items[1]) ?? ''))
        report('swallowed', node, where, `map collects the responses of ${textOf(items[1])}; use fold`);
      if (
        head(node) === 'default-to' &&
        ['contract-call?', 'try!'].includes(head(items[2]) ?? '') &&
        items.length !== 3
      )
        report('swallowed', node, where, 'default-to hides a failed call');
    }
}

function isResponse(node: Node | undefined): boolean {
  const word = head(node);
  if (node?.kind !== 'list') return false;
  if (word === 'ok' || word === 'err' || word === 'contract-call?' || word === 'as-contract?') return true;
  if (word === 'let' || word === 'begin') return isResponse(node.items.at(-1));
  if (word === 'if') return isResponse(node.items[2]) || isResponse(node.items[3]);
  if (word === 'match') return node.items.slice(3).some(isResponse);
  return false;
}

function unused({ source, definitions, report }: Context): void {
  const words = new Map<string, Node[]>();
  for (const form of source.forms)
    for (const { node } of walk(form)) {
      const word = textOf(node);
      if (word !== undefined) words.set(word, [...(words.get(word) ?? []), node]);
    }
  const heads = new Map<string, Set<string>>();
  for (const form of source.forms)
    for (const { node } of walk(form)) {
      const word = head(node);
      const target = node.kind === 'list' ? textOf(node.items[1]) : undefined;
      if (word && target) heads.set(target, (heads.get(target) ?? new Set()).add(word));
    }
  const reads = (name: string, ...forms: string[]) => forms.some((form) => heads.get(name)?.has(form));
  for (const { form, name, node, parameters, body } of definitions) {
    const others = (words.get(name) ?? []).filter((word) => word.start < node.start || word.end > node.end);
    if ((form === 'define-constant' || form === 'define-private') && others.length === 0)
      report('unused', node, name, `${name} is never used`);
    if (form === 'define-data-var') {
      if (!reads(name, 'var-get')) report('unused', node, name, `the variable ${name} is never read`);
      if (!reads(name, 'var-set'))
        report('unused', node, name, `the variable ${name} never changes: make it a constant`);
    }
    if (form === 'define-map') {
      if (!reads(name, 'map-get?')) {
        // A map may be a set: what map-insert answers is read.
        if (!reads(name, 'map-insert')) report('unused', node, name, `the map ${name} is never read`);
      }
      if (!reads(name, 'map-set', 'map-insert')) report('unused', node, name, `the map ${name} is never written`);
    }
    if (form === 'define-fungible-token' && others.length === 0) report('unused', node, name, `${name} is never used`);
    // A loop hands each function an element, wanted or not.
    const looped = heads.get(name)?.has('fold') || heads.get(name)?.has('map');
    for (const [index, parameter] of parameters.entries())
      if (!(looped && index === 0) && !body.some((part) => mentions(part, parameter.name.text)))
        report('unused', parameter.name, name, `the parameter ${parameter.name.text} is never used`);
    for (const part of body)
      for (const { node: within } of walk(part)) {
        if (head(within) !== 'let') continue;
        const [, bindings, ...rest] = (within as List).items;
        const list = bindings?.kind === 'list' ? bindings.items : [];
        for (const [index, binding] of list.entries()) {
          const local = binding.kind === 'list' ? textOf(binding.items[0]) : undefined;
          // (guard (try! (check-...))) is there for what it refuses.
          if (!local || head((binding as List).items[1]) === 'try!') continue;
          const later = [...list.slice(index + 1).map((b) => (b as List).items[1]!), ...rest];
          if (!later.some((node) => mentions(node, local)))
            report('unused', binding, name, `the local ${local} is never used`);
        }
      }
  }
}

const mentions = (node: Node, name: string): boolean =>
  [...walk(node)].some(({ node: within }) => textOf(within) === name);

/** What can grow: lists, texts, and loops within loops. */
function bounds({ source, definitions, functions, report }: Context): void {
  for (const form of source.forms)
    for (const { node } of walk(form)) {
      const items = node.kind === 'list' ? node.items : [];
      const size = Number(/^\d+$/.test(textOf(items[1]) ?? '') ? textOf(items[1]) : Number.NaN);
      if (head(node) === 'list' && items.length === 3 && size > MAX_LIST)
        report('unbounded', node, nameOf(form), `a list of ${size}: at most ${MAX_LIST}`);
      if (/^(buff|string-ascii|string-utf8)$/.test(head(node) ?? '') && size > MAX_TEXT)
        report('unbounded', node, nameOf(form), `a text of ${size}: at most ${MAX_TEXT}`);
    }
  // A loop's body may itself loop: the product of the longest lists counts.
  const longest = (definition: Definition): number => {
    let most = 1;
    for (const { node } of walk(definition.node))
      if (head(node) === 'list' && (node as List).items.length === 3)
        most = Math.max(most, Number(textOf((node as List).items[1])) || 1);
    return most;
  };
  const rounds = (definition: Definition, path: readonly string[]): number => {
    if (path.includes(definition.name)) return 1;
    let most = 1;
    for (const { node } of walk(definition.node)) {
      const word = head(node) ?? '';
      const loops = word === 'map' || word === 'fold' || word === 'filter';
      const called = functions.get(loops ? (textOf((node as List).items[1]) ?? '') : word);
      const inner = called ? rounds(called, [...path, definition.name]) : 1;
      most = Math.max(most, loops ? inner * longest(definition) : inner);
    }
    return most;
  };
  for (const definition of definitions.filter(isFunction)) {
    const count = rounds(definition, []);
    if (count > MAX_ROUNDS && definition.form !== 'define-private')
      report(
        'unbounded',
        definition.node,
        definition.name,
        `loops within loops run up to ${count} times: at most ${MAX_ROUNDS}`,
      );
  }
}

/** Every transition is an event: an indexer sees nothing else. */
function events({ definitions, functions, report }: Context): void {
  const tells = (definition: Definition, path: readonly string[]): boolean =>
    [...walk(definition.node)].some(({ node }) => {
      const word = head(node) ?? '';
      if (word === 'print') return true;
      const called = ['fold', 'map'].includes(word) ? textOf((node as List).items[1])! : word;
      const next = SYNTAX.has(called) || path.includes(called) ? undefined : functions.get(called);
      return next !== undefined && tells(next, [...path, called]);
    });
  const calls = (definition: Definition): boolean =>
    [...walk(definition.node)].some(({ node }) => head(node) === 'contract-call?');
  for (const definition of definitions)
    if (definition.form === 'define-public' && !tells(definition, []) && !calls(definition))
      report('event', definition.node, definition.name, `${definition.name} changes something and prints nothing`);
}

/** All contracts, and what only shows when they stand side by side. */
export function lintAll(): Finding[] {
  const findings = CONTRACTS.flatMap((name) => lint(name, original(`${name}.clar`)));
  for (const name of CONTRACTS)
    if (RANGES[name] === undefined)
      findings.push({
        contract: name,
        line: 1,
        rule: 'error-code',
        where: '',
        message: 'give it a thousand in RANGES',
      });
  return findings;
}

if (import.meta.main) {
  const findings = lintAll();
  for (const { contract, line, rule, message } of findings)
    console.error(`contracts/${contract}.clar:${line} ${rule}: ${message}`);
  console.log(
    findings.length === 0 ? `${CONTRACTS.length} contracts, nothing to complain of` : `${findings.length} complaints`,
  );
  process.exitCode = findings.length === 0 ? 0 : 1;
}
