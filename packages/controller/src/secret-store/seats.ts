import type { ObjectKey } from '@signet/kube/cache';
import { keyText, parseKey } from '@signet/kube/cache';
import type { Clock } from '@signet/provider';
import type { Rank, Seat } from './store-access.ts';

/** How many objects may work with one store at the same time. */
export interface SeatsOptions {
  readonly clock: Clock;
  /** Default 32. */
  readonly perStore?: number | undefined;
  /** Another number of seats than `perStore`, for a place that is no store. */
  readonly seatsAt?: ((place: string) => number | undefined) | undefined;
  /** Of these, kept for objects that somebody has just asked for. Default 4. */
  readonly askedOnly?: number | undefined;
  /** True for a store that refuses at once: nobody waits at it, so nobody needs a seat. */
  readonly isShut: (store: string) => boolean;
  readonly onParked?: ((store: string, objects: number) => void) | undefined;
}

/** Where an object waits: by its rank, and `late` if it was called and found its seat taken, so that it goes before its like. */
type Line = `${Rank} late` | Rank;

const ranks: readonly Rank[] = ['asked', 'new', 'due'];
const order: readonly Line[] = ranks.flatMap((rank): Line[] => [`${rank} late`, rank]);

interface Place {
  taken: number;
  /** Objects in order. */
  readonly lines: ReadonlyMap<Line, Set<string>>;
  /** Objects that were told that there is room, and when, milliseconds since the epoch. */
  readonly called: Map<string, number>;
}

/** An object that was called and has not come by then has something else to do: the next one is called. */
const comesWithinMs = 2000;

/**
 * Seats at stores. An object that finds none is parked, and called when there is one: in the order of their ranks, then the one that waits
 * longest. Being called reserves nothing: whoever comes first sits; who is late keeps its place among those who wait.
 */
export class Seats {
  readonly #options: SeatsOptions;
  readonly #perStore: number;
  readonly #askedOnly: number;
  readonly #places = new Map<string, Place>();
  /** The store at which an object is parked: one at a time. */
  readonly #parkedAt = new Map<string, string>();
  readonly #listeners = new Set<(object: ObjectKey, rank: Rank) => void>();
  #watch: 'none' | 'running' = 'none';

  constructor(options: SeatsOptions) {
    this.#options = options;
    this.#perStore = options.perStore ?? 32;
    this.#askedOnly = Math.min(options.askedOnly ?? 4, this.#perStore - 1);
  }

  onRoom(listener: (object: ObjectKey, rank: Rank) => void): void {
    this.#listeners.add(listener);
  }

  /** Objects that wait at a store. */
  parkedAt(store: string): number {
    const place = this.#places.get(store);
    return place ? [...place.lines.values()].reduce((sum, line) => sum + line.size, place.called.size) : 0;
  }

  /** A seat at each store, or at none: then the object is parked at the first that has no room. */
  take(stores: readonly string[], key: ObjectKey, rank: Rank): Seat | undefined {
    const object = keyText(key);
    const wanted = [...new Set(stores)];
    const full = wanted.find((store) => !this.#hasRoom(store, rank));
    if (full !== undefined) {
      this.#park(full, object, rank);
      this.#call(full); // it may have come late for a seat that another can use
      return undefined;
    }
    const left = this.#unpark(object);
    for (const store of wanted) this.#place(store).taken += 1;
    if (left !== undefined && !wanted.includes(left)) this.#call(left);
    let state: 'seated' | 'left' = 'seated';
    return {
      leave: () => {
        if (state === 'left') return;
        state = 'left';
        for (const store of wanted) this.#place(store).taken -= 1;
        for (const store of wanted) this.#call(store);
      },
    };
  }

  /** An object that is gone waits no more. */
  forget(key: ObjectKey): void {
    const left = this.#unpark(keyText(key));
    if (left !== undefined) this.#call(left);
  }

  /** Calls everybody there is room for now; a store that refuses at once has room for all. */
  called(store: string): void {
    this.#call(store);
  }

  #hasRoom(store: string, rank: Rank): boolean {
    if (this.#options.isShut(store)) return true;
    const taken = this.#places.get(store)?.taken ?? 0;
    return taken < this.#seatsAt(store) - (rank === 'asked' ? 0 : this.#askedOnly);
  }

  #call(store: string): void {
    const place = this.#places.get(store);
    if (!place) return;
    const { clock, isShut } = this.#options;
    const now = clock.now();
    for (const [object, calledAt] of place.called) {
      if (now - calledAt < comesWithinMs) break;
      this.#unpark(object); // it was told, and will ask again if it still wants to
    }
    let seats = isShut(store) ? Infinity : this.#seatsAt(store) - place.taken - place.called.size;
    const kept = isShut(store) ? 0 : this.#askedOnly;
    for (const line of order) {
      const rank = rankOf(line);
      for (const object of place.lines.get(line) ?? []) {
        if (seats <= (rank === 'asked' ? 0 : kept)) break;
        seats -= 1;
        place.lines.get(line)?.delete(object);
        place.called.set(object, now);
        for (const listener of this.#listeners) listener(parseKey(object), rank);
      }
    }
    if (place.taken === 0 && this.parkedAt(store) === 0) this.#places.delete(store);
    else if (place.called.size > 0) this.#schedule();
    this.#told(store);
  }

  /** Those who were called and do not come are noticed. */
  #schedule(): void {
    if (this.#watch === 'running') return;
    this.#watch = 'running';
    this.#options.clock.setTimeout(() => {
      this.#watch = 'none';
      for (const store of Array.from(this.#places.keys())) this.#call(store);
    }, comesWithinMs);
  }

  #park(store: string, object: string, rank: Rank): void {
    const known = this.#parkedAt.get(object) === store ? this.#places.get(store) : undefined;
    const isLate =
      known !== undefined && (known.called.has(object) || ranks.some((one) => known.lines.get(`${one} late`)?.has(object)));
    const line: Line = isLate ? `${rank} late` : rank;
    if (known?.lines.get(line)?.has(object)) return; // it keeps its place
    const left = this.#unpark(object);
    this.#place(store).lines.get(line)?.add(object);
    this.#parkedAt.set(object, store);
    if (left !== undefined && left !== store) this.#call(left); // the seat it was called for is another's
  }

  #unpark(object: string): string | undefined {
    const store = this.#parkedAt.get(object);
    if (store === undefined) return undefined;
    this.#parkedAt.delete(object);
    const place = this.#places.get(store);
    place?.called.delete(object);
    for (const line of place?.lines.values() ?? []) line.delete(object);
    return store;
  }

  #seatsAt(store: string): number {
    return this.#options.seatsAt?.(store) ?? this.#perStore;
  }

  #place(store: string): Place {
    const lines = new Map(order.map((line) => [line, new Set<string>()]));
    const place = this.#places.get(store) ?? { taken: 0, lines, called: new Map<string, number>() };
    this.#places.set(store, place);
    return place;
  }

  #told(store: string): void {
    this.#options.onParked?.(store, this.parkedAt(store));
  }
}

function rankOf(line: Line): Rank {
  return line.replace(' late', '') as Rank;
}
