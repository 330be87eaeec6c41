// `npm run check`: types, lint and format, import directions, unused code, generated files. Runs all, then says what failed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);
const PACKAGES = [
  'protocol',
  'contracts',
  'devnet',
  'chainhooks',
  'indexer',
  'p2p-relay',
  'agents',
  'deployments',
  'e2e',
  'bench',
  'scripts',
];

type Step = { name: string; command: string; args: string[]; mend: string };

const steps: Step[] = [
  {
    name: 'lint and format',
    command: bin('biome'),
    args: ['ci', '--max-diagnostics=40', '.'],
    mend: 'npx biome check --write .',
  },
  ...PACKAGES.filter((name) => existsSync(join(root, name, 'tsconfig.json'))).map((name) => ({
    name: `types of ${name}`,
    command: bin('tsc'),
    args: ['-p', name],
    mend: `npx tsc -p ${name}`,
  })),
  {
    name: 'types of dapp',
    command: 'npm',
    args: ['run', '--silent', 'check', '-w', '@wattconnect/dapp'],
    mend: 'npm run check -w @wattconnect/dapp',
  },
  {
    name: 'lint of the contracts',
    command: process.execPath,
    args: ['contracts/tools/lint.ts'],
    mend: 'see contracts/tools/lint.ts for the rules and for the exceptions, which need a reason',
  },
  {
    name: 'import directions',
    command: bin('depcruise'),
    args: ['--config', '.dependency-cruiser.cjs', ...PACKAGES, 'dapp/src'],
    mend: 'see .dependency-cruiser.cjs for the allowed directions',
  },
  {
    name: 'unused code',
    command: bin('knip'),
    args: ['--no-progress'],
    mend: 'remove what is unused, or name it in knip.json with the reason',
  },
];

const failed: Step[] = [];
for (const step of steps) {
  process.stderr.write(`${step.name} ... `);
  const result = spawnSync(step.command, step.args, { cwd: root, encoding: 'utf8' });
  if (result.status === 0) {
    process.stderr.write('ok\n');
    continue;
  }
  process.stderr.write(`failed\n${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}\n`);
  failed.push(step);
}
for (const step of failed) console.error(`${step.name}: to mend, ${step.mend}`);
console.log(failed.length === 0 ? 'All checks passed' : `${failed.length} of ${steps.length} checks failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
