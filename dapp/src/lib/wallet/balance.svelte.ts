/** What is in the connected wallet, read from the node by `refresh.ts`: money in µSTX, energy in Wh. */
class Balance {
  stx = $state<bigint>();
  kwh = $state<bigint>();
  /** Wall time in ms of the reading. */
  at = $state<number>();
}

export const balance = new Balance();
