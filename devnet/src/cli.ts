// The embedded chain from a command line.
import { startDevnet } from './devnet.ts';
import { SetupError } from './errors.ts';
import { HELP, parseOptions } from './options.ts';
import { wattconnectPlan } from './plan.ts';

try {
  const { help, deploy, ...options } = parseOptions(process.argv.slice(2), process.env);
  if (help) {
    console.log(HELP);
    process.exit(0);
  }
  const progress = (done: number, all: number) => console.error(`resuming: ${done} of ${all} records`);
  const net = await startDevnet({ ...options, progress, ...(deploy && (await wattconnectPlan())) });
  const { height, time } = net.chain.tip;
  console.log(`Stacks devnet at ${net.url}, block ${height}, ${new Date(time * 1000).toISOString()}`);
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    await net.close();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`${error.message}\nSee --help.`);
  process.exit(1);
}
