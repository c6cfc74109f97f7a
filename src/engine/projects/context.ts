import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { CallOptions, CancelSignal } from '../../shared/contract/calls.js';
import type { EngineEvent } from '../../shared/contract/events.js';
import { fail } from '../../shared/contract/failures.js';
import { PicturePool } from '../images/pool.js';
import { catalogueIn, type Catalogue } from '../networks/catalogue.js';

/** The folders that the engine works with; the caller decides them. */
export interface Places {
  /** `networks/`, `sample-set/`, `verify/`. */
  readonly resources: string;
  /** Stored features and outcomes, shared by all runs; may be deleted at any time. */
  readonly cache: string;
  /** The user's projects. */
  readonly home: string;
}

/** What every call gets. */
export interface Context {
  readonly places: Places;
  readonly catalogue: Catalogue;
  readonly signal: CancelSignal | undefined;
  emit(event: EngineEvent): void;
}

export function contextFor(places: Places, { signal, onEvent }: CallOptions): Context {
  return {
    places,
    catalogue: catalogueIn(join(places.resources, 'networks')),
    signal,
    emit: (event) => onEvent?.(event),
  };
}

/** Ends the call with `cancelled` if that was asked for. */
export function expectGoingOn({ signal }: Context): void {
  if (signal?.aborted) fail({ code: 'cancelled', run: null });
}

/** Gives work a pool of decoding threads and closes it afterwards. */
export async function withPool<T>(work: (pool: PicturePool) => Promise<T>): Promise<T> {
  const pool = new PicturePool();
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}

/** Files in flight: enough to keep every decoding thread and one batch of the network busy. */
export function filesInFlight(batch: number): number {
  return batch + 2 * availableParallelism();
}
