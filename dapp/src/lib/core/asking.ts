/**
 * Asks the same thing again and again, one question at a time. Told to ask something else, it lets go of what is on its way. Told to ask
 * the same again (the chain has news), it finishes first and then asks once more, so that answers keep coming however often there is news.
 */
export class Asking<Question> {
  readonly #ask: (question: Question, current: () => boolean) => Promise<void>;
  readonly #key: (question: Question) => string;
  readonly #pauseMs: number;
  #current: string | undefined;
  #again: Question | undefined;
  #stopped = false;

  /**
   * @param ask asks once; `current()` turns false when the answer is no longer wanted
   * @param key equal for questions about the same thing
   * @param pauseMs rest between two questions
   */
  constructor(
    ask: (question: Question, current: () => boolean) => Promise<void>,
    key: (question: Question) => string,
    pauseMs: number,
  ) {
    this.#ask = ask;
    this.#key = key;
    this.#pauseMs = pauseMs;
  }

  want(question: Question): void {
    if (this.#stopped) return;
    const key = this.#key(question);
    if (this.#current === key) {
      this.#again = question;
      return;
    }
    this.#current = key;
    this.#again = undefined;
    void this.#run(question, key);
  }

  stop(): void {
    this.#stopped = true;
    this.#current = undefined;
  }

  async #run(first: Question, key: string): Promise<void> {
    const current = () => this.#current === key;
    for (let question: Question | undefined = first; question !== undefined && current(); ) {
      this.#again = undefined;
      await this.#ask(question, current);
      if (!current()) return;
      await new Promise((resolve) => setTimeout(resolve, this.#pauseMs));
      question = current() ? this.#again : undefined;
    }
    if (current()) this.#current = undefined;
  }
}
