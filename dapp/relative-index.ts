import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Adapter } from '@sveltejs/kit';

/**
 * Makes index.html work from any folder of any host (`/ipfs/<cid>/` as well as `/`).
 *
 * With the hash router Kit writes index.html as a fallback page, whose links begin with `/` whatever `paths.relative` says, while its start
 * script works out the base from the address at run time. Turning those links into document-relative ones is all that is missing. That
 * changes the inline scripts, so the policy's hashes are computed anew; our own inline script (the theme, before the first paint) gets its
 * hash here too, because Kit only knows its own.
 */
export const relativeIndex = (inner: Adapter, pages = 'build'): Adapter => ({
  ...inner,
  name: `${inner.name} with a relative index`,
  async adapt(builder) {
    await inner.adapt(builder);
    const file = join(pages, 'index.html');
    await writeFile(file, relativize(await readFile(file, 'utf8')));
  },
});

const INLINE_SCRIPT = /<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g;
const ROOT_ATTRIBUTE = /((?:href|src)=")\/(?!\/)/g;
const ROOT_IMPORT = /(import\(")\/(?!\/)/g;

/** Rewrites root-absolute links to relative ones and puts the hashes of all inline scripts into the policy's `script-src`. */
export const relativize = (html: string): string => {
  const linked = html.replace(ROOT_ATTRIBUTE, '$1./').replace(ROOT_IMPORT, '$1./');
  if (/(?:href|src)="\/(?!\/)|import\("\/(?!\/)/.test(linked))
    throw new Error('a root-absolute link is left in index.html');
  const hashes = [...linked.matchAll(INLINE_SCRIPT)].map((match) => `'${sha256(match[1] ?? '')}'`);
  return linked.replace(/(script-src(?:-elem)? )([^;"]*)/g, (_, name: string, sources: string) => {
    const kept = sources.split(' ').filter((source) => source !== '' && !source.startsWith("'sha256-"));
    return name + [...kept, ...hashes].join(' ');
  });
};

const sha256 = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
