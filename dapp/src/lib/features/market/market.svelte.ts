/** What the reader is looking for. It stays while they look at other pages. */
export type Order = 'match' | 'price' | 'amount';

class Wish {
  wh = $state(3_000n);
  /** Undefined: the cheapest hour. */
  slot = $state<number>();
  wholeDay = $state(false);
  underGrid = $state(false);
  trusted = $state(false);
  solarOnly = $state(false);
  sameArea = $state(false);
  onChainOnly = $state(false);
  order = $state<Order>('match');
}

export const wish = new Wish();
