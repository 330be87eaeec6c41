import type { IconName } from './icons.ts';

export type Toast = { id: number; icon: IconName; text: string; link?: { href: string; text: string } };

/** Short messages about what has just happened. Never for errors about money: those stay on the page. */
class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  /** Shows a message for eight seconds. */
  show(icon: IconName, text: string, link?: Toast['link']): void {
    const id = this.#next++;
    this.list = [...this.list.slice(-2), { id, icon, text, ...(link ? { link } : {}) }];
    setTimeout(() => this.drop(id), 8_000);
  }

  drop(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
