/**
 * A wallet inside the page for the local network: it speaks the same JSON-RPC as the wallets in browser extensions and is found by
 * @stacks/connect in the same registry. Real keys (the public development ones of the local homes), real signatures, real broadcasts.
 */
import { createNetwork } from '@stacks/network';
import {
  broadcastTransaction,
  Cl,
  ClarityType,
  type ClarityValue,
  deserializeCV,
  encodeStructuredDataBytes,
  getAddressFromPrivateKey,
  makeContractCall,
  Pc,
  type PostCondition,
  privateKeyToPublic,
  publicKeyToHex,
  signStructuredData,
  type TupleCV,
} from '@stacks/transactions';
import { Keys } from '@wattconnect/protocol';
import * as v from 'valibot';
import { kwhExact, stxExact } from '../core/format.ts';
import type { Settings } from '../core/settings.ts';
import { hourWords } from '../core/sun.ts';
import { plain } from '../core/text.ts';
import { longDay, slotHour, slotStart } from '../core/time.ts';
import { type Ask, DEMO_WALLET_ID } from './ask.ts';
import type { DemoHome } from './connect.ts';

type Options = { settings: Settings; active: () => number; confirm: (ask: Ask) => Promise<boolean> };

/** The JSON-RPC errors that wallets answer with. */
class RpcError extends Error {
  override name = 'RpcError';
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const REFUSED = -32000;
const INVALID = -32602;
const UNKNOWN_METHOD = -32601;
const FAILED = -32603;
const NOT_TAKEN = -31000;

const Hex = v.pipe(v.string(), v.regex(/^(0x)?([0-9a-f]{2})*$/i));
const CallParams = v.object({
  contract: v.pipe(v.string(), v.regex(/^S[0-9A-Z]+\.[a-z][a-z0-9-]*$/)),
  functionName: v.string(),
  functionArgs: v.optional(v.array(Hex), []),
  postConditions: v.optional(v.array(Hex), []),
  postConditionMode: v.optional(v.picklist(['allow', 'deny', 'originator']), 'deny'),
  network: v.optional(v.string()),
  fee: v.optional(v.union([v.string(), v.number()])),
  nonce: v.optional(v.union([v.string(), v.number()])),
});
const MessageParams = v.object({ message: Hex, domain: Hex, network: v.optional(v.string()) });

/** The homes of config.json with their addresses. */
export const homesOf = (settings: Settings): DemoHome[] =>
  settings.accounts.map(({ name, key, about }, index) => ({
    index,
    name,
    about,
    address: getAddressFromPrivateKey(Keys.development(key), settings.network),
  }));

const describe = (condition: PostCondition, me: string): Ask['effects'][number] => {
  const mine = condition.address === me || condition.address === 'origin';
  const exact = 'condition' in condition && condition.condition === 'eq' ? 'Exactly' : 'A changing amount:';
  if (condition.type === 'stx-postcondition')
    return mine
      ? {
          icon: 'lock',
          text: `${exact} ${stxExact(BigInt(condition.amount))} STX leaves your wallet. If anything differs, nothing happens.`,
        }
      : {
          icon: 'wallet',
          text: `${exact} ${stxExact(BigInt(condition.amount))} STX is paid by the contract ${contractOf(condition.address)}.`,
        };
  if (condition.type === 'ft-postcondition')
    return mine
      ? {
          icon: 'lock',
          text: `${exact} ${kwhExact(BigInt(condition.amount))} kWh leaves your wallet. If anything differs, nothing happens.`,
        }
      : {
          icon: 'wallet',
          text: `${exact} ${kwhExact(BigInt(condition.amount))} kWh is handed over by the contract ${contractOf(condition.address)}.`,
        };
  return { icon: 'lock', text: `A condition of another kind (${condition.type}).` };
};

const contractOf = (id: string): string => id.split('.')[1] ?? id;

const TITLES: Record<string, [title: string, words: string]> = {
  'accept-offer': ['Buy energy', 'You take an offer that is listed on chain.'],
  'fill-signed-offer': ['Buy energy', 'You take an offer that its seller has signed.'],
  'create-offer': [
    'Put energy on offer',
    'Everybody can see it and take it until it ends. You can take it back before.',
  ],
  'create-offers': [
    'Put energy on offer',
    'Everybody can see it and take it until it ends. You can take it back before.',
  ],
  'cancel-offer': ['Take an offer back', 'What has been sold already stays sold.'],
  'cancel-signed': ['Take a promise back', 'Nobody can use it any more.'],
  'cancel-trade': ['Cancel a purchase', 'Your money comes back and your trust drops a little.'],
  payout: ['Collect what is due', 'Money and energy that the contract holds for you.'],
  deposit: ['Put money into your vault', 'The contract holds it until you take it out.'],
  withdraw: ['Take money out of your vault', 'It comes back into your wallet.'],
  retire: ['Use up energy', 'These kWh are taken out of circulation and you get a certificate.'],
  'open-dispute': ['Object to a delivery', 'You leave a deposit. You get it back if you were right.'],
  'resolve-automatic': ['Decide a dispute', 'By what the meters say now.'],
  'propose-parameter': [
    'Propose a change of the rules',
    'You leave a deposit that comes back unless the proposal fails badly.',
  ],
  vote: ['Vote', 'One home, one vote. It cannot be changed.'],
  conclude: ['Count the votes', 'The time for voting is over.'],
  'execute-parameter': ['Put a decision into force', 'The waiting time is over.'],
  register: ['Join the neighbourhood', 'Your area is written on chain, never your address.'],
  'set-privacy': ['Change what neighbours see', ''],
};

const DECLINED = 'The owner of the wallet said no.';

/** A provider as an extension would put it into the window. */
export const createDemoProvider = ({ settings, active, confirm }: Options) => {
  const network = () => createNetwork({ network: settings.network, client: { baseUrl: settings.node } });

  const account = () => {
    const home = settings.accounts[active()];
    if (!home) throw new RpcError(INVALID, 'There is no such home.');
    const key = Keys.development(home.key);
    return {
      name: home.name,
      key,
      address: getAddressFromPrivateKey(key, settings.network),
      publicKey: publicKeyToHex(privateKeyToPublic(key)),
    };
  };

  const ask = async (me: ReturnType<typeof account>, what: Omit<Ask, 'origin' | 'account'>): Promise<void> => {
    const yes = await confirm({ ...what, origin: location.host, account: { name: me.name, address: me.address } });
    if (!yes) throw new RpcError(REFUSED, DECLINED);
  };

  const sameNetwork = (name: string | undefined): void => {
    if (name !== undefined && name !== settings.network)
      throw new RpcError(INVALID, `this wallet is on ${settings.network}, the page asked for ${plain(name, 20)}`);
  };

  const params = <S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> => {
    const result = v.safeParse(schema, value ?? {});
    if (!result.success)
      throw new RpcError(INVALID, `the request is not usable: ${v.getDotPath(result.issues[0]) ?? ''}`);
    return result.output;
  };

  const getAddresses = async () => {
    const me = account();
    await ask(me, {
      title: `Connect as ${me.name}`,
      words: [
        'This page will see your public address, your balance and your trades. It cannot move anything: each transaction is asked for.',
      ],
      effects: [{ icon: 'shield', text: 'Nothing leaves your wallet.' }],
      details: [['Address', me.address]],
      yes: 'Connect',
    });
    return { addresses: [{ symbol: 'STX', address: me.address, publicKey: me.publicKey }] };
  };

  const callContract = async (value: unknown) => {
    const call = params(CallParams, value);
    sameNetwork(call.network);
    const me = account();
    const [contractAddress = '', contractName = ''] = call.contract.split('.');
    const functionArgs = call.functionArgs.map((hex) => deserializeCV(hex));
    const postConditions = call.postConditions.map((hex) => Pc.fromHex(hex.replace(/^0x/, '')));
    const transaction = await makeContractCall({
      contractAddress,
      contractName,
      functionName: call.functionName,
      functionArgs,
      postConditions,
      postConditionMode: call.postConditionMode,
      senderKey: me.key,
      network: network(),
      ...(call.fee === undefined ? {} : { fee: BigInt(call.fee) }),
      ...(call.nonce === undefined ? {} : { nonce: BigInt(call.nonce) }),
    });
    const [title, words] = contractAddress === settings.deployer ? (TITLES[call.functionName] ?? []) : [];
    const effects = postConditions.map((condition) => describe(condition, me.address));
    const covered = call.postConditionMode !== 'allow';
    if (covered && !effects.some(({ icon }) => icon === 'lock'))
      effects.unshift({
        icon: 'shield',
        text: 'No money and no energy leaves your wallet. If anything did, nothing would happen.',
      });
    if (!covered) effects.push({ icon: 'lock', text: 'Anything may leave your wallet: this request sets no limit.' });
    effects.push({
      icon: 'wallet',
      text: `The network fee is ${stxExact(BigInt(transaction.auth.spendingCondition.fee))} STX.`,
    });
    await ask(me, {
      title: title ?? `Call ${plain(call.functionName, 40)}`,
      words: [words || `The contract ${plain(contractName, 40)} is asked to do “${plain(call.functionName, 40)}”.`],
      effects,
      details: [
        ['Contract', call.contract],
        ['Function', call.functionName],
        ...functionArgs.map((arg, index): [string, string] => [
          `Argument ${index + 1}`,
          plain(Cl.prettyPrint(arg), 400),
        ]),
        ['Network', settings.network],
      ],
      yes: 'Sign and send',
    });
    const sent = await broadcastTransaction({ transaction, network: network() });
    const { error, reason } = sent as { error?: string; reason?: string };
    if (error !== undefined) throw new RpcError(NOT_TAKEN, `the network did not take it (${reason ?? error})`);
    return { txid: sent.txid, transaction: transaction.serialize() };
  };

  const signStructuredMessage = async (value: unknown) => {
    const { message: messageHex, domain: domainHex, network: wanted } = params(MessageParams, value);
    sameNetwork(wanted);
    const me = account();
    const message = deserializeCV(messageHex) as ClarityValue;
    const domain = deserializeCV(domainHex) as TupleCV;
    encodeStructuredDataBytes({ message, domain }); // throws when the domain is not SIP-018's
    await ask(me, {
      title: 'Sign a promise',
      words: [describePromise(message)],
      effects: [
        {
          icon: 'pen',
          text: 'Signing is free. Whoever holds this signature can use it on chain as it stands, until it ends.',
        },
        { icon: 'shield', text: 'Nothing leaves your wallet.' },
      ],
      details: [
        ['Domain', plain(Cl.prettyPrint(domain), 400)],
        ['Message', plain(Cl.prettyPrint(message), 600)],
      ],
      yes: 'Sign',
    });
    return { signature: signStructuredData({ message, domain, privateKey: me.key }), publicKey: me.publicKey };
  };

  const methods: Record<string, (value: unknown) => Promise<unknown>> = {
    getAddresses,
    stx_getAddresses: getAddresses,
    stx_callContract: callContract,
    stx_signStructuredMessage: signStructuredMessage,
  };

  return {
    async request(method: string, value?: unknown) {
      const run = methods[method];
      if (!run)
        return {
          jsonrpc: '2.0' as const,
          id: null,
          error: { code: UNKNOWN_METHOD, message: `The demo wallet does not know ${plain(method, 40)}.` },
        };
      try {
        return { jsonrpc: '2.0' as const, id: crypto.randomUUID(), result: await run(value) };
      } catch (error) {
        const code = error instanceof RpcError ? error.code : FAILED;
        return {
          jsonrpc: '2.0' as const,
          id: null,
          error: { code, message: error instanceof Error ? error.message : 'unknown' },
        };
      }
    },
    disconnect() {},
  };
};

const describePromise = (message: ClarityValue): string => {
  if (message.type !== ClarityType.Tuple) return 'A message without known words. Look at the details below.';
  const field = (name: string): bigint | undefined => {
    const value = message.value[name];
    return value?.type === ClarityType.UInt ? BigInt(value.value) : undefined;
  };
  const [slot, wh, price] = [field('slot'), field('wh'), field('price')];
  if (slot === undefined || wh === undefined || price === undefined)
    return 'A message without known words. Look at the details below.';
  const hour = Number(slot);
  return `You promise to sell up to ${kwhExact(wh)} kWh on ${longDay(slotStart(hour))}, ${hourWords(slotHour(hour))}, at ${stxExact(price)} STX per kWh.`;
};

/** Puts the wallet into the window and into the registry that @stacks/connect reads. */
export const registerDemoWallet = (options: Options): void => {
  const place = window as unknown as Record<string, unknown> & { wbip_providers?: { id: string; name: string }[] };
  place[DEMO_WALLET_ID] = createDemoProvider(options);
  place.wbip_providers ??= [];
  if (!place.wbip_providers.some(({ id }) => id === DEMO_WALLET_ID))
    place.wbip_providers.push({ id: DEMO_WALLET_ID, name: 'Demo wallet' });
};
