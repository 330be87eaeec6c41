// Contracts from a plan: published, and called to set up, by real transactions of one key.
import { Cl, type ClarityValue, makeContractCall, makeContractDeploy } from '@stacks/transactions';
import { Keys } from '@wattconnect/protocol';
import type { Chain } from './chain.ts';
import { Rejection, SetupError } from './errors.ts';
import { DEFAULT_CLARITY_VERSION } from './vm.ts';

export type PlannedContract = { name: string; source: string; clarityVersion?: number };
/** A call of a contract of the plan, or of `ST….name`. */
export type PlannedCall = { contract: string; fn: string; args: ClarityValue[] };
export type Plan = { deployerKey: string; contracts: PlannedContract[]; calls?: PlannedCall[] };

/** Bytes that a transaction has around its source or arguments, generously. */
const ENVELOPE = 2000;

/**
 * Carries out what is left of a plan: a step's place is its nonce, so a plan that was interrupted goes on where it stopped.
 * @param include submits a transaction and mines it
 * @throws {SetupError} when a step fails, or the chain holds other contracts
 */
export async function deploy(chain: Chain, plan: Plan, include: (hex: string) => void): Promise<void> {
  const { deployerKey: senderKey, contracts, calls = [] } = plan;
  const deployer = Keys.address(senderKey);
  const common = { senderKey, network: 'devnet', postConditionMode: 'allow' } as const;
  const steps = [
    ...contracts.map(({ name, source, clarityVersion = DEFAULT_CLARITY_VERSION }) => ({
      what: `publish ${name}`,
      make: (nonce: number) => {
        const fee = ENVELOPE + Buffer.byteLength(source);
        return makeContractDeploy({ ...common, contractName: name, codeBody: source, clarityVersion, nonce, fee });
      },
    })),
    ...calls.map(({ contract, fn, args }) => ({
      what: `call ${contract}.${fn}`,
      make: (nonce: number) => {
        const [contractAddress, contractName] = contract.includes('.') ? contract.split('.') : [deployer, contract];
        const fee = ENVELOPE + args.reduce((sum, arg) => sum + Cl.serialize(arg).length / 2, 0);
        const target = { contractAddress: contractAddress!, contractName: contractName! };
        return makeContractCall({ ...common, ...target, functionName: fn, functionArgs: args, nonce, fee });
      },
    })),
  ];
  const done = Number(chain.nonce(deployer));
  for (const { name, source } of contracts.slice(0, done))
    if (chain.source(`${deployer}.${name}`) !== source)
      throw new SetupError(
        `The chain holds another contract ${name} than the plan. Start with --fresh to begin a new one.`,
      );
  for (const [nonce, { what, make }] of steps.entries()) {
    if (nonce < done) continue;
    const transaction = await make(nonce);
    try {
      include(transaction.serialize());
    } catch (error) {
      if (error instanceof Rejection) throw new SetupError(`Could not ${what}: ${error.message}`, { cause: error });
      throw error;
    }
    const found = chain.receipt(`0x${transaction.txid()}`);
    if (found?.receipt.status !== 'success') {
      const { reason, result } = found?.receipt ?? {};
      throw new SetupError(`Could not ${what}: ${reason ?? result ?? 'it was not mined'}`);
    }
  }
}
