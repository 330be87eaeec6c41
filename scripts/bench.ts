// `npm run bench`: all benchmarks, or those of the areas that are named; each is a folder of bench/ with an index.ts.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const folder = join(import.meta.dirname, '..', 'bench');
const AREAS = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'index.ts')));
const HELP = `Usage: npm run bench [-- area ...] [-- options]

Runs the benchmarks and prints machine, versions, workload and figures. Areas: ${AREAS.join(', ')}

Options:
  --json   one JSON list of { area, machine, versions, figures }
  --help   print this text`;

function parameters() {
  return parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' }, help: { type: 'boolean' } } });
}
function chosen(): ReturnType<typeof parameters> {
  try {
    return parameters();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    process.exit(2);
  }
}

const { values, positionals } = chosen();
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const unknown = positionals.filter((name) => !AREAS.includes(name));
if (unknown.length > 0) {
  console.error(`There is no area "${unknown[0]}". The areas are: ${AREAS.join(', ')}.`);
  process.exit(2);
}
const reports: unknown[] = [];
const failed: string[] = [];
for (const area of positionals.length > 0 ? positionals : AREAS) {
  const run = spawnSync(
    process.execPath,
    [...process.execArgv, join(folder, area, 'index.ts'), ...(values.json ? ['--json'] : [])],
    {
      stdio: ['ignore', values.json ? 'pipe' : 'inherit', 'inherit'],
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    },
  );
  if (run.status !== 0) failed.push(area);
  else if (values.json) reports.push(JSON.parse(run.stdout));
  else console.log();
}
if (values.json) console.log(JSON.stringify(reports, null, 2));
for (const area of failed) console.error(`The benchmark of ${area} failed: node bench/${area}/index.ts`);
process.exitCode = failed.length > 0 ? 1 : 0;
