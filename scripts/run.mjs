// Runs a TypeScript entry point of this workspace on the Node that the workspace brings along.
// Plain JavaScript on purpose: on a fresh clone this is the first thing to run, maybe on Node 20 and with nothing installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [entry, ...args] = process.argv.slice(2);

/** Installs exactly what the lock file names, and only when it has changed since the last time. */
function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.wattconnect-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stderr.write('Installing what the lock file names (about a minute, once)...\n');
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    process.stderr.write(
      '\nThe installation failed. Check the connection to your package registry and the lines above, then run the command again.\n',
    );
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

/** The workspace's own Node 24 where the platform has one, else the caller's if it is new enough. */
function nodeBinary() {
  for (const name of [`node-linux-${process.arch}`]) {
    const own = join(root, 'node_modules', name, 'bin', 'node');
    if (process.platform === 'linux' && existsSync(own)) return own;
  }
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  process.stderr.write(
    `This machine has Node ${process.versions.node}; WattConnect needs Node 24 or newer here. Install it from nodejs.org and try again.\n`,
  );
  process.exit(1);
}

install();
const node = nodeBinary();
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, entry), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(node)}:${join(root, 'node_modules', '.bin')}:${process.env.PATH}` },
});
// Ctrl-C reaches the whole process group; wait for the child to end in order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
