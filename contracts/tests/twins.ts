// Attacks on ours, and on a twin without the guards that stop them: each fails here with its code, and would succeed there.
import { expect, it } from 'vitest';
import type { Receipt, Weakening, World } from './world.ts';

export type Attack<Scene> = {
  name: string;
  /** What ours refuses it with. */
  code: bigint;
  /** What the twin lacks. */
  guards: Weakening[];
  run: (scene: Scene) => Receipt;
};

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
  it.each(attacks)('$name: fails here', async (attack) => {
    expect(await attempt(attack, [])).toBe(attack.code);
  });
  it.each(attacks)('$name: succeeds without the guard', async (attack) => {
    expect(await attempt(attack, attack.guards)).toBe('success');
  });
}
