// Prints the bootstrap proposal of a public network. Run: npm run --silent bootstrap -w @wattconnect/contracts -- mainnet people.json
import { readFileSync } from 'node:fs';
import { BootstrapError, bootstrapSource, SETTINGS } from '../src/bootstrap.ts';
import { original } from '../src/sources.ts';

const USAGE = `Use: bootstrap ${Object.keys(SETTINGS).join('|')} FILE

FILE is JSON: { "operators": [...], "threshold": N, "utility": ..., "meterReaders": [...], "certifiers": [...], "guardian": ... },
each an account of that network. The proposal is printed; deploy it after all contracts and call governance-dao.construct with it.`;

try {
  const [network, file] = process.argv.slice(2);
  if ((network !== 'testnet' && network !== 'mainnet') || !file) throw new BootstrapError(USAGE);
  const people: unknown = JSON.parse(readFileSync(file, 'utf8'));
  process.stdout.write(bootstrapSource(network, people, original('proposals/bootstrap-devnet.clar')));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
