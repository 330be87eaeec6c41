// Loaded into every part before its program: a part never outlives whoever started it, however that one ends.
// The starter holds the other end of stdin; the system closes it even after kill -9.
const GRACE_MS = 5000;

process.stdin.on('end', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), GRACE_MS).unref();
});
process.stdin.on('error', () => undefined);
process.stdin.resume();
(process.stdin as unknown as { unref?: () => void }).unref?.();
