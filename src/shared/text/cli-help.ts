/** What each command says of itself. `{start}` stands for the way the program was called. */
export interface VerbHelp {
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly (readonly [string, string])[];
  readonly examples: readonly string[];
}

const split = [
  '--split CSV',
  'columns file, class and, if wanted, split (training, validation, test)',
] as const;

export const verbHelp = {
  import: {
    usage: 'import FOLDER',
    summary: 'Looks into every file and says which are used, which with a note, which are left out and why.',
    options: [
      [
        '--project DIR',
        'where the result is kept (default: a project of that name in your Headstart folder)',
      ],
      split,
      ['--files', 'names every file'],
    ],
    examples: ['import photos', 'import photos --files --json'],
  },
  train: {
    usage: 'train FOLDER | PROJECT | sample | sample-photos',
    summary:
      'Imports, trains a new softmax head on a frozen pretrained network, tests once on pictures it has not seen, and writes the run.',
    options: [
      ['--out RUN', 'the folder to make for the run (default: the next number in the project)'],
      split,
      ['--strategy small', 'how much of the network learns; this version trains the head only'],
      ['--network ID', 'see "networks"'],
      ['--seed N', 'decides split, start and order of the batches'],
      ['--config FILE', 'a JSON file with settings; see "config --defaults"'],
      ['--set a.b=value', 'one setting, as often as you like; see "config --schema"'],
      ['--resume RUN', 'instead of FOLDER: goes on with a run from its last checkpoint'],
    ],
    examples: [
      'train sample',
      'train photos --network efficientnet-lite1 --set earlyStopping.patience=5',
      'train --resume ~/Headstart/photos/runs/1',
    ],
  },
  evaluate: {
    usage: 'evaluate RUN',
    summary: 'Measures a finished run on its own test part, or on another folder with the same classes.',
    options: [
      ['--on FOLDER', 'another folder of class folders'],
      ['--split CSV', 'with --on: which files of it, and their classes'],
      ['--part PART', 'with --split: training, validation or test (default: test)'],
    ],
    examples: ['evaluate ~/Headstart/photos/runs/1', 'evaluate ~/Headstart/photos/runs/1 --on more-photos'],
  },
  predict: {
    usage: 'predict RUN PATH...',
    summary: 'Names what is on each picture.',
    options: [
      ['--top K', 'how many classes to name for each picture (default: 1, with --json 5)'],
      ['--csv FILE', 'also writes a table: path, label, probability'],
    ],
    examples: ['predict ~/Headstart/photos/runs/1 new-photos --csv answers.csv'],
  },
  export: {
    usage: 'export RUN',
    summary:
      'Writes the model for other programs and proves it: the written file must answer as the app does on every test picture.',
    options: [
      ['--format onnx', 'formats, separated by commas, or "all"; "list" lists them (default: all)'],
      ['--out DIR', 'the folder to make (default: the next number in RUN/exports)'],
      ['--verify', 'always done: an export is never kept without its proof'],
      ['--strict', 'exit code 1 also where a second proof could not be made on this machine'],
    ],
    examples: ['export ~/Headstart/photos/runs/1 --format onnx --out model'],
  },
  config: {
    usage: 'config',
    summary: 'Prints the settings of a run.',
    options: [
      ['--defaults', 'every setting with its default'],
      ['--schema', 'the same as JSON schema, with every range'],
    ],
    examples: ['config --defaults'],
  },
  networks: {
    usage: 'networks',
    summary: 'Lists the pretrained networks with size, cost and licence.',
    options: [],
    examples: ['networks --json'],
  },
  doctor: {
    usage: 'doctor',
    summary:
      'Says what this machine computes with, proves it against a plain reference and measures its speed.',
    options: [],
    examples: ['doctor'],
  },
} as const satisfies Readonly<Record<string, VerbHelp>>;

export type VerbName = keyof typeof verbHelp;
export const verbNames = Object.keys(verbHelp) as readonly VerbName[]; // the object is closed

const everywhere = [
  ['--json', 'one JSON object a line on standard output, for programs'],
  ['--cache DIR', 'where features of pictures are kept between runs (may be deleted at any time)'],
  ['--help', 'this'],
] as const;

/** How the program is called in front of a verb. */
export const callName = 'npm start --silent --';

export function generalHelp(version: string): string {
  const width = Math.max(...verbNames.map((name) => name.length));
  return `Headstart ${version}: trains image classifiers on your own folders of pictures, offline.

Usage: ${callName} COMMAND ...   (installed: headstart COMMAND ...)

${verbNames.map((name) => `  ${name.padEnd(width)}  ${verbHelp[name].summary}`).join('\n')}

For the first minute: ${callName} train sample
More on a command:    ${callName} COMMAND --help

Exit codes: 0 done, 1 the job failed, 2 wrong call, 3 wrong input, 4 nothing to compute with, 130 cancelled.`;
}

export function helpFor(name: VerbName): string {
  const { usage, summary, options, examples }: VerbHelp = verbHelp[name];
  const rows = [...options, ...everywhere];
  const width = Math.max(...rows.map(([option]) => option.length));
  return `${summary}

Usage: ${callName} ${usage} [options]

${rows.map(([option, text]) => `  ${option.padEnd(width)}  ${text}`).join('\n')}

${examples.map((example) => `  ${callName} ${example}`).join('\n')}`;
}
