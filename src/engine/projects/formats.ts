import { z } from 'zod';
import type { Outcome } from '../../shared/contract/outcomes.js';
import { parts, type Part } from '../../shared/contract/parts.js';
import { runConfigSchema } from '../../shared/contract/run-config.js';
import { fail } from '../../shared/contract/failures.js';
import { readJson, writeAtomic } from '../files/disk.js';
import { sha256 } from '../files/hash.js';

/** The versions of our files that this program writes, and the newest that it reads. */
export const formatVersion = 1;

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

/** `run.json`: written before anything else, never changed. */
export const runFileSchema = z.object({
  format: z.literal('headstart-run'),
  version: z.literal(formatVersion),
  created: z.string(),
  /** The pictures' folder and, where one was given, the split file; absolute paths. */
  source: z.object({ folder: z.string(), splitFile: z.string().nullable(), project: z.string() }),
  config: runConfigSchema,
  network: z.object({ id: z.string(), weightsSha256: hex64, graphSha256: hex64 }),
  /** Used again on resume, because another runtime, thread count or batch rounds differently. */
  runtime: z.object({ name: z.enum(['onnx', 'cpu']), threads: z.int().min(1), batch: z.int().min(1) }),
});
export type RunFile = z.infer<typeof runFileSchema>;

/** `project.json`: where the pictures are and how they were understood. */
export const projectFileSchema = z.object({
  format: z.literal('headstart-project'),
  version: z.literal(formatVersion),
  name: z.string(),
  created: z.string(),
  source: z.object({ folder: z.string(), splitFile: z.string().nullable() }),
  junk: z.int(),
});
export type ProjectFile = z.infer<typeof projectFileSchema>;

/** A line of a project's `files.jsonl`: how each file of the last import ended. */
export interface ImportedFile {
  readonly file: string;
  readonly class: string | null;
  /** Given by layout or split file. */
  readonly part: Part | null;
  readonly sha256: string | null;
  /** Pixels, after orientation; 0 where unknown. */
  readonly width: number;
  readonly height: number;
  readonly outcome: Outcome;
}

/** `data.json`: the run's pictures. Once it is written, the data of the run are fixed. */
export const runDataSchema = z.object({
  format: z.literal('headstart-run-data'),
  version: z.literal(formatVersion),
  /** The folder that the files lie below; absolute. */
  root: z.string(),
  /** In the order of the model's outputs. */
  labels: z.array(z.string()).readonly(),
  pictures: z
    .array(z.object({ file: z.string(), class: z.string(), part: z.enum(parts), sha256: hex64 }))
    .readonly(),
  /** Over root, labels and pictures: a file that was edited is noticed. */
  contentSha256: hex64,
});
export type RunData = z.infer<typeof runDataSchema>;

/**
 * Reads one of our JSON files. Throws `file-newer` for one that a later program wrote, `file-damaged` for one
 * that does not fit its schema, or what the disk says.
 */
export async function readFormat<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const value = await readJson(path);
  const version = versionOf(value);
  if (version !== undefined && version > formatVersion) {
    fail({ code: 'file-newer', path, version, known: formatVersion });
  }
  return validated(value, schema, path);
}

export async function writeImported(path: string, files: readonly ImportedFile[]): Promise<void> {
  await writeAtomic(path, files.map((file) => `${JSON.stringify(file)}\n`).join(''));
}

/** The data of a run, checked against their hash. Throws `file-damaged` as well as what `readFormat` throws. */
export async function readRunData(path: string): Promise<RunData> {
  const data = await readFormat(path, runDataSchema);
  if (data.contentSha256 !== contentHash(data)) fail({ code: 'file-damaged', path, problem: 'SHA-256' });
  return data;
}

export function contentHash({ root, labels, pictures }: Omit<RunData, 'contentSha256'>): string {
  const rows = pictures.map(({ file, class: name, part, sha256: hash }) => [file, name, part, hash]);
  return sha256(JSON.stringify([root, labels, rows]));
}

function validated<T>(value: unknown, schema: z.ZodType<T>, path: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return fail({ code: 'file-damaged', path, problem: `${issue.path.join('.')}: ${issue.message}` });
}

function versionOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('version' in value)) return undefined;
  return typeof value.version === 'number' ? value.version : undefined;
}
