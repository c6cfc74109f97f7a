import { assertNever } from '../assert-never.js';
import type { Note } from '../contract/events.js';
import { counted } from './numbers.js';
import { reasonCounts } from './outcomes.js';

/** Something to hear of while the work goes on: one sentence or two. */
export function noteEventText(note: Note): string {
  switch (note.code) {
    case 'log-repaired':
      return `${note.path} ended in a torn line (${counted(note.bytes, 'byte')}); it was cut off, all before it is whole.`;
    case 'folders-closed':
      return `${counted(note.folders.length, 'folder')} could not be opened and were passed over: ${note.folders.slice(0, 3).join(', ')}.`;
    case 'rows-without-file':
      return `${counted(note.count, 'row')} of the split file name no file on disk, for example "${note.example}".`;
    case 'files-without-row':
      return `${counted(note.count, 'file')} are not named by the split file and were left out, for example "${note.example}".`;
    case 'class-without-pictures':
      return `The class "${note.name}" has no usable picture and was left out.`;
    case 'files-left-out':
      return `${counted(note.count, 'file')} left out (${reasonCounts(note.reasons)}); "import" with --files names each.`;
    case 'classes-named-like-parts':
      return `The folders ${note.names.join(' and ')} are named like the parts of a split, but stand beside other folders, so they are taken for classes. If they are parts, move the other folders away.`;
    case 'run-began':
      return `The run is written to ${note.run}.`;
    case 'class-unlike-folder':
      return `The split file gives ${counted(note.count, 'picture')} another class than their folder's name, for example "${note.example}"; the split file wins.`;
    case 'resumed':
      return note.epoch === 0 ? 'Starting the training anew.' : `Going on after epoch ${note.epoch}.`;
    case 'checkpoint-damaged':
      return `${note.path} is damaged; the training begins anew and will come to the same result.`;
    case 'already-finished':
      return `The run ${note.run} has already finished; this is its report.`;
    case 'validation-small':
      return `Only ${counted(note.pictures, 'picture')} choose the best epoch (the validation part): its figures are rough.`;
    case 'runtime-refused':
      return `The runtime ${note.runtime} is not used: ${note.reason}. Training is slower without it; "doctor" tells more.`;
    default:
      return assertNever(note);
  }
}
