#!/usr/bin/env node
// The indexer from a command line.
import { exportRows } from './export.ts';
import { HELP, OptionError, type Options, optionsOf } from './options.ts';
import { replay, run } from './run.ts';
import { openStore } from './store/open.ts';
import { StoreError } from './store/types.ts';
import { describe, PeerError, verify } from './verify.ts';

function fail(message: string): never {
  console.error(`${message}\nSee --help.`);
  process.exit(2);
}

async function follow({ command, log, ...options }: Options): Promise<void> {
  const running = await run({
    ...options,
    deployer: options.deployer!,
    anew: command === 'rebuild',
    onLog: (message, level) =>
      console.error(log === 'json' ? JSON.stringify({ time: new Date().toISOString(), level, message }) : message),
  });
  console.log(`Indexer at ${running.url}/graphql`);
  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) process.exit(1);
    stopping = true;
    await running.close();
    process.exit(code);
  };
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  await running.following;
  if (running.failure()) await stop(1);
}

async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2), process.env);
  if (!options) {
    console.log(HELP);
    return;
  }
  switch (options.command) {
    case 'run':
    case 'rebuild':
      return follow(options);
    case 'digest':
      console.log(JSON.stringify(await replay(options, options.deployer!, undefined, { first: options.first })));
      return;
    case 'status': {
      const response = await fetch(`${options.at}/health`).catch(() => undefined);
      if (!response) fail(`Nobody answers at ${options.at}.`);
      console.log(JSON.stringify(await response.json(), null, 2));
      process.exitCode = response.ok ? 0 : 1;
      return;
    }
    case 'verify': {
      if (options.peers.length === 0) fail('Name at least one indexer to compare with: --peer URL.');
      for (const peer of options.peers) {
        const result = await verify(options.at, peer);
        console.log(describe(result));
        if (result.kind === 'differs') process.exitCode = 1;
      }
      return;
    }
    case 'export': {
      const store = await openStore(options.db, { readOnly: true });
      try {
        for await (const line of exportRows(store, options.block)) process.stdout.write(`${line}\n`);
      } finally {
        await store.close();
      }
    }
  }
}

try {
  await main();
} catch (error) {
  if (error instanceof OptionError || error instanceof StoreError || error instanceof PeerError) fail(error.message);
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    fail('The port is in use. Stop what uses it, or choose another with --port.');
  throw error;
}
