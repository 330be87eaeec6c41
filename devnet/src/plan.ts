// What a chain for WattConnect begins with.
import { Cl } from '@stacks/transactions';
import { Keys } from '@wattconnect/protocol';
import type { Plan } from './deploy.ts';

/** WattConnect's contracts, and the one call that gives out their roles. For {@link startDevnet}'s options. */
export async function wattconnectPlan(): Promise<Required<Plan>> {
  const { deploymentPlan } = await import('@wattconnect/contracts/sources');
  const { contracts, bootstrap } = deploymentPlan('devnet');
  const deployerKey = Keys.development('deployer');
  const proposal = Cl.contractPrincipal(Keys.address(deployerKey), bootstrap);
  return { deployerKey, contracts, calls: [{ contract: 'governance-dao', fn: 'construct', args: [proposal] }] };
}
