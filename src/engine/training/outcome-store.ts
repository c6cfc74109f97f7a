import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { leftOutReasons, noteCodes } from '../../shared/contract/outcomes.js';
import { diskError, makeFolder, readWhole } from '../files/disk.js';
import { Log, readLines } from '../files/log.js';

/** What looking into a file gave: depends on its content and its suffix alone, hence need not be looked at twice. */
const knownSchema = z.object({
  /** `<sha256>.<suffix>` */
  key: z.string(),
  width: z.int(),
  height: z.int(),
  notes: z.array(z.enum(noteCodes)),
  reason: z.enum(leftOutReasons).nullable(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type KnownOutcome = z.infer<typeof knownSchema>;

export interface OutcomeStore {
  get(key: string): KnownOutcome | undefined;
  add(known: KnownOutcome): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens or creates the store. As with features, each process writes a log of its own and reads everybody's.
 * Throws a `FailureError`.
 */
export async function openOutcomeStore(folder: string): Promise<OutcomeStore> {
  await makeFolder(folder);
  const known = new Map<string, KnownOutcome>();
  for (const name of await logsIn(folder)) {
    const bytes = await readWhole(join(folder, name)).catch(() => new Uint8Array()); // pruned just now
    for (const each of readLines(bytes, parseKnown).entries) known.set(each.key, each);
  }
  let log: Promise<Log<KnownOutcome>> | undefined; // a promise: readers add side by side, and one file is enough
  return {
    get: (key) => known.get(key),
    add: async (each) => {
      known.set(each.key, each);
      log ??= newLog(folder);
      await (await log).append(each);
    },
    close: async () => (await log?.catch(() => undefined))?.close(), // `add` has told why it could not be opened
  };
}

async function newLog(folder: string): Promise<Log<KnownOutcome>> {
  const name = `${randomBytes(8).toString('hex')}.jsonl`;
  return (await Log.open(join(folder, name), parseKnown)).log;
}

async function logsIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
  } catch (error) {
    throw diskError(error, folder, 'read');
  }
}

function parseKnown(value: unknown): KnownOutcome | undefined {
  const parsed = knownSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
