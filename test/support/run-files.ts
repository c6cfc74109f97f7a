import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportSchema, type Report } from '../../src/shared/contract/report.js';

/** `report.json` of a run's folder. */
export function reportOf(run: string): Report {
  return reportSchema.parse(JSON.parse(readFileSync(join(run, 'report.json'), 'utf8')));
}

/** The bytes of the run's trained head. */
export function headOf(run: string): Buffer {
  return readFileSync(join(run, 'head.safetensors'));
}

/** What two runs have in common when one repeats the other: the test's figures and the head's bytes. */
export function resultOf(run: string): { readonly test: Report['test']; readonly head: string } {
  return { test: reportOf(run).test, head: headOf(run).toString('base64') };
}
