import type { Failure, FailureCode, FailureOf, SplitProblem } from '../contract/failures.js';
import { counted, percent, quoted, scientific } from './numbers.js';
import { reasonCounts, reasonText } from './outcomes.js';

/** What happened and why, and what to do next: whole sentences. */
export interface FailureText {
  readonly message: string;
  readonly remedy: string;
}

type Texts = { readonly [Code in FailureCode]: (failure: FailureOf<Code>) => FailureText };

const texts: Texts = {
  'unknown-verb': ({ verb, nearest }) => ({
    message: `"${verb}" is not a command.`,
    remedy:
      nearest === '' ? 'See --help for the list.' : `Did you mean "${nearest}"? See --help for the list.`,
  }),
  'unknown-option': ({ option, verb, nearest }) => ({
    message: `"${verb}" has no option ${option}.`,
    remedy: nearest === '' ? `See ${verb} --help.` : `Did you mean ${nearest}? See ${verb} --help.`,
  }),
  'missing-argument': ({ verb, argument }) => ({
    message: `"${verb}" needs ${argument}.`,
    remedy: `See ${verb} --help for an example.`,
  }),
  'surplus-argument': ({ verb, argument }) => ({
    message: `"${verb}" does not know what to do with "${argument}".`,
    remedy: `A path with spaces needs quotes; see ${verb} --help.`,
  }),
  'bad-option-value': ({ option, value, expected }) => ({
    message: `${option} cannot be "${value}": it takes ${optionTakes(expected)}.`,
    remedy: 'Give another value, or leave the option out to use the default.',
  }),
  'options-exclude': ({ first, second }) => ({
    message: `${first} and ${second} cannot be used together.`,
    remedy: `Leave one of them out.`,
  }),
  'unknown-setting': ({ path, nearest }) => ({
    message: `There is no setting "${path}".`,
    remedy: `Did you mean "${nearest}"? "config --defaults" lists all settings.`,
  }),
  'setting-out-of-range': ({ path, value, expected, nearest }) => ({
    message: `The setting ${path} cannot be ${value}: it takes ${expected}.`,
    remedy:
      nearest === '' ? 'See "config --schema" for every range.' : `The nearest valid value is ${nearest}.`,
  }),
  'unknown-network': ({ id, known }) => ({
    message: `There is no network "${id}".`,
    remedy: known === '' ? 'No network is installed: install Headstart again.' : `Choose one of: ${known}.`,
  }),
  'unknown-format': ({ format, known }) => ({
    message: `There is no export format "${format}".`,
    remedy: `Choose one of: ${known}.`,
  }),
  'path-missing': ({ path }) => ({
    message: `There is nothing at ${path}.`,
    remedy: 'Check the spelling, or whether the drive is connected.',
  }),
  'not-a-folder': ({ path }) => ({
    message: `${path} is a file, but a folder is needed.`,
    remedy: 'Give the folder that holds one sub-folder of pictures for each class.',
  }),
  permission: ({ path }) => ({
    message: `The system does not allow access to ${path}.`,
    remedy: 'Change its permissions, or choose another place.',
  }),
  'folder-empty': ({ path }) => ({
    message: `There are no files in ${path}.`,
    remedy: 'Put one sub-folder of pictures for each class into it.',
  }),
  'pictures-loose': ({ path, pictures }) => ({
    message: `The ${counted(pictures, 'file')} in ${path} lie loose, so nothing tells which class they show.`,
    remedy:
      'Sort them into one sub-folder for each class, or give a split file with the columns file and class.',
  }),
  'no-pictures': ({ path, files, reasons }) => ({
    message: `None of the ${counted(files, 'file')} in ${path} can be used (${reasonCounts(reasons)}).`,
    remedy: '"import" with --files names each file with its reason.',
  }),
  'pictures-vanished': ({ path, count, example }) => ({
    message: `${counted(count, 'file')} below ${path} went away while they were read, for example "${example}".`,
    remedy: 'Leave the folder as it is while Headstart works with it, and start again.',
  }),
  'one-class': ({ path, name }) => ({
    message: `All usable pictures in ${path} are of one class, "${name}"; a classifier needs at least two.`,
    remedy: 'Add a sub-folder with pictures of something else.',
  }),
  'class-too-small': ({ name, pictures, needed }) => ({
    message: `The class "${name}" has only ${counted(pictures, 'usable picture')}; ${needed} are needed, one each to learn from, to choose by and to test.`,
    remedy: 'Add pictures to it, or take its folder out.',
  }),
  'part-empty': ({ part, detail }) => ({
    message:
      detail === ''
        ? `The ${part} part has no pictures.`
        : `The ${part} part has no pictures of the class "${detail}".`,
    remedy: 'Give it pictures in the split file, or leave the split column empty so that the split is drawn.',
  }),
  'split-unreadable': ({ path, line, problem, detail }) => ({
    message: `The split file ${path} cannot be used: line ${line}: ${splitProblems[problem](detail)}.`,
    remedy:
      'It needs a header with the columns file, class and, if wanted, split (training, validation or test), and each file once.',
  }),
  'split-matches-nothing': ({ path, folder, example }) => ({
    message: `No file named in ${path} lies below ${folder} (for example "${example}").`,
    remedy: 'The column "file" has to hold paths below that folder.',
  }),
  'pictures-in-output': ({ path, folder }) => ({
    message: `${path} lies in the pictures' folder ${folder}, and Headstart never writes there.`,
    remedy: 'Choose another place with --out or --project.',
  }),
  'file-invalid': ({ path, problem }) => ({
    message: `${path} cannot be used: ${problem}.`,
    remedy: 'Mend the file, or leave it out.',
  }),
  'file-newer': ({ path, version, known }) => ({
    message: `${path} was written by a newer Headstart (format ${version}, this one reads up to ${known}).`,
    remedy: 'Update Headstart; nothing was changed.',
  }),
  'file-damaged': ({ path, problem }) => ({
    message: `${path} is damaged (${problem}).`,
    remedy: 'Restore it from a copy, or train again; the other files were left as they are.',
  }),
  'network-damaged': ({ id, path, problem }) => ({
    message: `The network ${id} is not the one that it should be (${path}: ${problem}).`,
    remedy: 'Install Headstart again; runs need the very network that they were trained with.',
  }),
  'network-missing': ({ id, path }) => ({
    message: `The network ${id} lacks its file ${path}.`,
    remedy: 'Install Headstart again.',
  }),
  'not-a-run': ({ path }) => ({
    message: `${path} is not a run: it holds no run.json.`,
    remedy: 'Give the folder that "train" printed; a run that was ended in its first moment is trained anew.',
  }),
  'run-unfinished': ({ path }) => ({
    message: `The run ${path} has not finished.`,
    remedy: `Go on with it: train --resume ${quoted(path)}`,
  }),
  'run-exists': ({ path }) => ({
    message: `${path} already holds something, and nothing is ever overwritten.`,
    remedy: 'Name a new folder with --out, or go on with a run by train --resume.',
  }),
  'output-exists': ({ path }) => ({
    message: `${path} already holds something, and nothing is ever overwritten.`,
    remedy: 'Name a new place.',
  }),
  'picture-changed': ({ path }) => ({
    message: `${path} is gone, or is no longer the picture that this run was trained or tested with.`,
    remedy: 'Put the former file back, or train a new run.',
  }),
  'picture-refused': ({ path, reason }) => ({
    message: `${path} was used by this run and cannot be decoded now (${reason}): ${reasonText(reason, {})}.`,
    remedy: 'Try again when the machine is less busy, or put the former file back.',
  }),
  'class-unknown-to-run': ({ name, known }) => ({
    message: `The run does not know the class "${name}".`,
    remedy: `Its classes are: ${known}.`,
  }),
  'disk-full': ({ path }) => ({
    message: `The disk is full: ${path} could not be written.`,
    remedy: 'Free some space and go on; what was written before is whole.',
  }),
  'write-failed': ({ path, problem }) => ({
    message: `${path} could not be written (${problem}).`,
    remedy: 'Check the drive, or choose another place.',
  }),
  'read-failed': ({ path, problem }) => ({
    message: `${path} could not be read (${problem}).`,
    remedy: 'Check the drive and try again.',
  }),
  'in-use': ({ path, pid }) => ({
    message: `Another Headstart (process ${pid}) is working on this: ${path}.`,
    remedy: 'Wait until it has ended, or end it.',
  }),
  diverged: ({ epoch, learningRate }) => ({
    message: `The loss is no longer a number in epoch ${epoch}: the learning rate ${learningRate} is probably too high.`,
    remedy: 'Train again with a tenth of it: --set optimizer.learningRate=...',
  }),
  'export-unproven': ({ format, agreement, difference }) => ({
    message: `The ${format} file answers differently from the app (same answer in ${percent(agreement)}, largest difference ${scientific(difference)}), so it was not kept.`,
    remedy: 'This is a fault of Headstart, not of your pictures: please report it.',
  }),
  'proof-failed': ({ format, problem }) => ({
    message: `The ${format} file could not be proven, so it was not kept: ${problem || 'the verifier did not answer'}`,
    remedy: 'Check that the test pictures are still where they were, and try again.',
  }),
  'no-runtime': ({ reasons }) => ({
    message: `Nothing on this machine computes correctly (${reasons}).`,
    remedy: '"doctor" shows each runtime with its state.',
  }),
  cancelled: ({ run }) => ({
    message: 'Cancelled.',
    remedy: run === null ? 'Nothing was left behind.' : `Go on where it was: train --resume ${quoted(run)}`,
  }),
};

/** What an option takes, in words; ranges and lists stand for themselves. */
function optionTakes(expected: string): string {
  if (expected === '-') return 'no value: it is a switch';
  return expected === '1 value' ? 'one value that is not empty' : expected;
}

const splitProblems: { readonly [Problem in SplitProblem]: (detail: string) => string } = {
  columns: () => 'the header lacks the columns file and class',
  'no-rows': () => 'no row follows the header',
  'no-file': () => 'no file is named',
  'no-class': () => 'no class is named',
  twice: (detail) => `"${detail}" is named twice`,
  'unknown-part': (detail) => `"${detail}" is no part of a split`,
  'not-csv': (detail) => `this is not CSV (${detail})`,
};

export function failureText(failure: Failure): FailureText {
  // The table pairs each code with its own text; TypeScript cannot follow the pairing through the index.
  const text = texts[failure.code] as (failure: Failure) => FailureText;
  return text(failure);
}
