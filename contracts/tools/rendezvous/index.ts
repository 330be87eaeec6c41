// `npm run test:rendezvous`: Rendezvous throws random calls at each contract, and looks at the laws and properties of
// tests/rendezvous/<contract>.tests.clar, which it reads as a part of the contract.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CONTRACTS, TEST_ASSETS } from '../../src/names.ts';
import { deploymentPlan } from '../../src/sources.ts';

const HELP = `Usage: npm run test:rendezvous [-- options]

Fuzzes all eight contracts: their properties (test) and their laws after random calls (invariant).

Options:
  --contract A,B   only these
  --runs N         runs of each kind and contract (100)
  --seed N         of a failure that is to be seen again
  --verbose        what Rendezvous itself says
  --help           print this text`;

const { values: options } = parseArgs({
  options: {
    contract: { type: 'string' },
    runs: { type: 'string', default: '100' },
    seed: { type: 'string' },
    verbose: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

/** The words of the well-known accounts of Clarinet's development network. */
const ACCOUNTS = {
  deployer:
    'twice kind fence tip hidden tilt action fragile skin nothing glory cousin green tomorrow spring wrist shed math olympic multiply hip blue scout claw',
  wallet_1:
    'sell invite acquire kitten bamboo drastic jelly vivid peace spawn twice guilt pave pen trash pretty park cube fragile unaware remain midnight betray rebuild',
  wallet_2:
    'hold excess usual excess ring elephant install account glad dry fragile donkey gaze humble truck breeze nation gasp vacuum limb head keep delay hospital',
};

/** Hands out the roles as on a real chain. The deployer does it through this contract, so the check of who calls is loosened here. What
 * the bootstrap needs is named, so that it is deployed before. */
const SETUP = (
  bootstrap: string,
) => `(define-constant COUNTS (+ (contract-call? .marketplace get-offer-count) (contract-call? .dispute-resolution get-bonds)
  ${TEST_ASSETS.devnet.map((name) => `(unwrap-panic (contract-call? .${name} get-total-supply))`).join(' ')}))
(unwrap-panic (contract-call? .governance-dao construct .${bootstrap}))`;
const CALLER = '(asserts! (is-eq contract-caller DEPLOYER) ERR-NOT-DEPLOYER)';

/** Our contracts as a Clarinet project. */
function project(folder: string): void {
  const plan = deploymentPlan('devnet');
  const contracts = [...plan.contracts, { name: 'setup', source: SETUP(plan.bootstrap) }].map(({ name, source }) => {
    if (name !== 'governance-dao') return { name, source };
    const loosened = source.replace(CALLER, CALLER.replace('contract-caller', 'tx-sender'));
    if (loosened === source) throw new Error(`governance-dao does not check its deployer as ${CALLER} any more.`);
    return { name, source: loosened };
  });
  mkdirSync(join(folder, 'contracts'));
  mkdirSync(join(folder, 'settings'));
  const manifest = contracts.map(
    ({ name }) => `[contracts.${name}]\npath = "contracts/${name}.clar"\nclarity_version = 6\nepoch = "4.0"`,
  );
  writeFileSync(
    join(folder, 'Clarinet.toml'),
    ['[project]\nname = "wattconnect"\ntelemetry = false\nrequirements = []\ncache_dir = "./.cache"', ...manifest].join(
      '\n\n',
    ),
  );
  const accounts = Object.entries(ACCOUNTS).map(
    ([name, words]) => `[accounts.${name}]\nbalance = 1000000000000000\nmnemonic = "${words}"`,
  );
  writeFileSync(join(folder, 'settings', 'Devnet.toml'), ['[network]\nname = "devnet"', ...accounts].join('\n\n'));
  for (const { name, source } of contracts) writeFileSync(join(folder, 'contracts', `${name}.clar`), source);
  for (const name of CONTRACTS)
    writeFileSync(
      join(folder, 'contracts', `${name}.tests.clar`),
      readFileSync(new URL(`../../tests/rendezvous/${name}.tests.clar`, import.meta.url), 'utf8'),
    );
}

const app = createRequire(import.meta.url).resolve('@stacks/rendezvous/dist/app.js');
const plan = new URL('./plan.ts', import.meta.url).href;

function fuzz(folder: string, contract: string, kind: 'test' | 'invariant'): Promise<{ code: number; text: string }> {
  const seed = options.seed === undefined ? [] : [`--seed=${options.seed}`];
  const args = ['--import', plan, app, folder, contract, kind, `--runs=${options.runs}`, '--bail', ...seed];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...process.execArgv, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        text += data;
        if (options.verbose) process.stdout.write(data);
      });
    child.on('close', (code) => resolve({ code: code ?? 1, text }));
  });
}

/** Counts under the headings of Rendezvous' statistics. */
function counts(text: string, heading: string): [name: string, times: number][] {
  const after = text.split(heading)[1]?.split(/[+!-] [A-Z]+|LEGEND/)[0] ?? '';
  return [...after.matchAll(/([\w-]+): x(\d+)/g)].map(([, name, times]) => [name!, Number(times)]);
}
const sum = (list: [string, number][]): number => list.reduce((total, [, times]) => total + times, 0);

if (options.help) {
  console.log(HELP);
  process.exit(0);
}
const wanted = options.contract?.split(',') ?? [...CONTRACTS];
const unknown = wanted.find((name) => !(CONTRACTS as readonly string[]).includes(name));
if (unknown !== undefined) {
  console.error(`There is no contract "${unknown}". The contracts are: ${CONTRACTS.join(', ')}.`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'wattconnect-rendezvous-'));
let failed = 0;
try {
  project(folder);
  for (const contract of wanted)
    for (const kind of ['test', 'invariant'] as const) {
      const started = performance.now();
      const { code, text } = await fuzz(folder, contract, kind);
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      const [passed, broken] = [counts(text, '+ PASSED'), counts(text, '- FAILED')];
      const calls = counts(text, '+ SUCCESSFUL');
      const seed = /Seed\s*:\s*(-?\d+)/i.exec(text)?.[1];
      // Nothing that was tried is no proof.
      const idle = passed.filter(
        ([name, times]) => times === 0 && !broken.some(([other, n]) => other === name && n > 0),
      );
      const well = code === 0 && sum(broken) === 0 && sum(passed) > 0 && (kind === 'invariant' || idle.length === 0);
      if (!well) failed++;
      const what = kind === 'test' ? `${passed.length} properties` : `${passed.length} laws`;
      const reached = kind === 'invariant' ? `, ${sum(calls)} calls succeeded` : '';
      console.log(
        `${contract} ${kind}: ${well ? 'ok' : 'FAILED'}, ${what} held ${sum(passed)} times${reached}, ${seconds} s${seed ? `, seed ${seed}` : ''}`,
      );
      for (const [name] of kind === 'test' ? idle : []) console.log(`  ${name} was never tried with what it needs`);
      if (!well && !options.verbose) console.log(text.split('\n').slice(-60).join('\n'));
    }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
