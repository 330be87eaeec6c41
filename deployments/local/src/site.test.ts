import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveSite } from './site.ts';

type Answer = { status: number; body: string; headers: Record<string, string | string[] | undefined> };

describe('the site’s server', () => {
  let site: Awaited<ReturnType<typeof serveSite>>;
  let place = 'here';
  beforeAll(async () => {
    site = await serveSite(0, () => ({ place }));
  });
  afterAll(() => site.close());

  /** The path goes out as it is: fetch would tidy it up first. */
  const ask = (path: string, method = 'GET') =>
    new Promise<Answer>((resolve, reject) => {
      const { hostname, port } = new URL(site.url);
      request({ hostname, port, path, method }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
      })
        .on('error', reject)
        .end();
    });

  it('tells the settings as they are now', async () => {
    expect(JSON.parse((await ask('/config.json')).body)).toEqual({ place: 'here' });
    place = 'there';
    const { status, body, headers } = await ask('/config.json');
    expect([status, JSON.parse(body), headers['cache-control']]).toEqual([200, { place: 'there' }, 'no-store']);
  });

  it.each([
    ['/../package.json', 404],
    ['/..%2f..%2fpackage.json', 404],
    ['/%2e%2e/%2e%2e/package.json', 404],
    ['/..%5c..%5cpackage.json', 404],
    ['/_app', 404],
    ['/nothing.js', 404],
    ['/index.html%00.js', 404],
    ['/%', 400],
    ['//', 400],
  ])('gives nothing but the site’s files: %s', async (path, status) => {
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('workspaces');
    expect((await ask('/config.json')).status).toBe(200);
  });

  it('takes no other method', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) expect((await ask('/config.json', method)).status).toBe(405);
  });

  it('says when its port is taken', async () => {
    await expect(serveSite(Number(new URL(site.url).port), () => ({}))).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
