/**
 * `config.json` beside index.html: which chain this copy of the site speaks to. Everything in it is public.
 *
 * { network, chainId, deployer, node, indexers: [], relays: [multiaddr], demoWallet, accounts?: [{ name, key, address?, about? }],
 *   names?: { address: name }, place?, timeZone?, cells?: [H3 hex] }
 */
import * as v from 'valibot';
import { AppError } from './errors.ts';
import { plain } from './text.ts';

const Name = v.pipe(
  v.string(),
  v.transform((name) => plain(name, 40)),
  v.minLength(1),
);
const Principal = v.pipe(v.string(), v.regex(/^S[0-9A-HJKMNP-TV-Z]{27,41}$/));
const Url = v.pipe(
  v.string(),
  v.transform((url) => url.replace(/\/+$/, '')),
  v.regex(/^https?:\/\/[^\s]+$/),
);

const Settings = v.object({
  network: v.picklist(['devnet', 'testnet', 'mainnet']),
  chainId: v.pipe(v.number(), v.integer(), v.minValue(1)),
  deployer: Principal,
  node: Url,
  indexers: v.pipe(v.array(Url), v.minLength(1)),
  relays: v.optional(v.array(v.string()), []),
  demoWallet: v.optional(v.boolean(), false),
  /** Homes of the demo wallet: `key` is the name of a development key, never the key itself. */
  accounts: v.optional(
    v.array(
      v.object({
        name: Name,
        key: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/)),
        address: v.optional(Principal),
        about: v.optional(
          v.pipe(
            v.string(),
            v.transform((t) => plain(t, 80)),
          ),
        ),
      }),
    ),
    [],
  ),
  /** What neighbours call each other; addresses without a name get a short one. */
  names: v.optional(v.record(v.string(), Name), {}),
  place: v.optional(Name),
  timeZone: v.optional(v.string()),
  cells: v.optional(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{15}$/))), []),
});

export type Settings = v.InferOutput<typeof Settings>;

/** Checks what was read. Throws AppError `settings-invalid` with the path of the first mistake. */
export const parseSettings = (value: unknown): Settings => {
  const result = v.safeParse(Settings, value);
  if (result.success) return result.output;
  const where = v.getDotPath(result.issues[0]) ?? 'the whole file';
  throw new AppError('settings-invalid', `config.json is not usable: ${where} is missing or wrong.`);
};

/** Reads config.json from beside the page. Throws AppError `settings-missing` or `settings-invalid`. */
export const readSettings = async (base: string): Promise<Settings> => {
  let value: unknown;
  try {
    const response = await fetch(new URL('config.json', base), { cache: 'no-cache' });
    if (!response.ok) throw new Error(`${response.status}`);
    value = await response.json();
  } catch (cause) {
    throw new AppError(
      'settings-missing',
      'There is no readable config.json beside this page, so it does not know which chain to ask.',
      { cause },
    );
  }
  return parseSettings(value);
};

/** Real keys may only be in the page when everything is on this machine: a local chain, and an origin that no other site shares. */
export const allowsDemoWallet = (settings: Settings, page: { pathname: string }): boolean =>
  settings.demoWallet &&
  settings.network === 'devnet' &&
  settings.chainId === 0x80000000 &&
  isLoopback(new URL(settings.node).hostname) &&
  !/^\/ip[fn]s\//.test(page.pathname);

const isLoopback = (host: string): boolean => host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
