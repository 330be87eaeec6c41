import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { relativize } from './relative-index.ts';

const sha = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const page = (policy: string, link: string, scripts: string[]) =>
  `<meta content="default-src 'self'; script-src ${policy}; style-src 'self'"><link href="${link}app.css">${scripts.map((s) => `<script>${s}</script>`).join('')}`;

test('links become relative and the policy names exactly the scripts that are there', () => {
  const before = 'import("/_app/start.js")';
  const after = 'import("./_app/start.js")';
  const own = 'document.title';
  expect(relativize(page(`'self' ${sha(before)}`, '/', [own, before]))).toBe(
    page(`'self' ${sha(own)} ${sha(after)}`, './', [own, after]),
  );
});

test('links to other hosts are left alone', () => {
  const html = '<a href="//example.org/x">x</a>';
  expect(relativize(html)).toBe(html);
});
