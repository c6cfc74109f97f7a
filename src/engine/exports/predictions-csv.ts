import { stringify } from 'csv-stringify/sync';

export interface CsvRow {
  readonly path: string;
  /** Empty where the picture could not be read. */
  readonly label: string;
  readonly probability: number | null;
  readonly problem: string;
}

/**
 * A table of predictions for spreadsheets. Cells that a spreadsheet would take for a formula (= + - @) are
 * escaped with a leading apostrophe.
 */
export function predictionsCsv(rows: readonly CsvRow[]): string {
  return stringify([...rows], {
    header: true,
    columns: ['path', 'label', 'probability', 'problem'],
    escape_formulas: true,
    bom: true,
  });
}
