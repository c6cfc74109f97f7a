import { z } from 'zod';
import type { EpochEvent } from '../../shared/contract/events.js';
import { Log } from '../files/log.js';
import type { Context } from './context.js';
import { runFiles } from './run-folder.js';

const figures = z.object({ loss: z.number(), accuracy: z.number() });

/** A line of `events.jsonl`. */
const loggedSchema = z.object({
  seq: z.int(),
  event: z.literal('epoch'),
  run: z.string(),
  epoch: z.int(),
  training: figures,
  validation: figures,
  learningRate: z.number(),
  seconds: z.number(),
  best: z.boolean(),
});
type Logged = z.infer<typeof loggedSchema>;

/** A run's lasting record of its epochs. */
export interface RunLog {
  /** Writes and tells an epoch; one that is already in the log (a resumed run repeats it) is only told. */
  epoch(event: EpochEvent): Promise<void>;
  close(): Promise<void>;
}

/** Opens the log; a torn last line is cut off and told. */
export async function openRunLog(context: Context, run: string): Promise<RunLog> {
  const path = runFiles(run).events;
  const { log, entries, cutBytes } = await Log.open<Logged>(
    path,
    (value) => loggedSchema.safeParse(value).data,
  );
  if (cutBytes > 0) context.emit({ event: 'note', note: { code: 'log-repaired', path, bytes: cutBytes } });
  let seq = entries.length;
  let last = entries.at(-1)?.epoch ?? 0;
  return {
    epoch: async (event) => {
      if (event.epoch > last) {
        await log.append({ seq: ++seq, ...event });
        last = event.epoch;
      }
      context.emit(event);
    },
    close: () => log.close(),
  };
}
