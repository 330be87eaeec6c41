// Attacks on ours, and on a twin without the guards that stop them: each fails here with its code, and would succeed there.
import { expect, it } from 'vitest';
import type { Class } from '../tools/attacks.ts';
import { harvest, type Receipt, type Weakening, type World } from './world.ts';

export type Attack<Scene> = {
  name: string;
  class: Class;
  /** What ours refuses it with; 0 where no call fails and nothing is gained. */
  code: bigint;
  /** What the twin lacks. */
  guards: Weakening[];
  run: (scene: Scene) => Receipt;
};

/** The answer to an attack that no call has to refuse: whether what it wanted has come. */
export const happened = (receipt: Receipt, wanted: boolean): Receipt => ({ ...receipt, ok: wanted, value: 0n });

/** Two tests for each attack. @param scene where it takes place, on contracts weakened so */
export function onBothTwins<Scene extends { world: World }>(
  scene: (weaken: Weakening[]) => Promise<Scene>,
  attacks: Attack<Scene>[],
): void {
  const attempt = async ({ run }: Attack<Scene>, weaken: Weakening[]): Promise<bigint | 'success'> => {
    const of = await scene(weaken);
    try {
      const receipt = run(of);
      return receipt.ok ? 'success' : (receipt.value as bigint);
    } finally {
      of.world.free();
    }
  };
  harvest.attacks.push(
    ...attacks.map(({ name, class: of, code, guards }) => ({
      name,
      class: of,
      code: `${code}`,
      contracts: [...new Set(guards.map(([contract]) => contract))],
    })),
  );
  it.each(attacks)('$name: fails here', async (attack) => {
    expect(await attempt(attack, [])).toBe(attack.code);
  });
  it.each(attacks)('$name: succeeds without the guard', async (attack) => {
    expect(await attempt(attack, attack.guards)).toBe('success');
  });
}
