// The relay's identity: an ed25519 key in a file that only its owner may read.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import type { PrivateKey } from '@libp2p/interface';
import { RelayError } from './errors.ts';

/** The key of the file; a new one when there is no file yet. Throws {@link RelayError}. */
export async function loadKey(path: string): Promise<PrivateKey> {
  let text: string;
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0)
      throw new RelayError('bad-key-file', `Others may read the key file ${path}. Run: chmod 600 ${path}`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return createKey(path);
    if (error instanceof RelayError) throw error;
    throw new RelayError('bad-key-file', `The key file ${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  try {
    return privateKeyFromProtobuf(Buffer.from(text.trim(), 'base64'));
  } catch (error) {
    throw new RelayError(
      'bad-key-file',
      `The key file ${path} holds no key. Restore it, or move it away to start with a new identity.`,
      { cause: error },
    );
  }
}

async function createKey(path: string): Promise<PrivateKey> {
  const key = await generateKeyPair('Ed25519');
  const text = `${Buffer.from(privateKeyToProtobuf(key)).toString('base64')}\n`;
  const draft = `${path}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Whole or not at all, and never over another's: a half-written key would be a lost identity.
    await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    try {
      await link(draft, path);
    } finally {
      await unlink(draft);
    }
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return loadKey(path);
    throw new RelayError('bad-key-file', `The key file ${path} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
