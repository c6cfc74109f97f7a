import { assertNever } from '../shared/assert-never.js';
import type { EngineEvent } from '../shared/contract/events.js';
import { epochLine, stageNames } from '../shared/text/cli-report.js';
import { noteEventText } from '../shared/text/notes.js';
import { outcomeText } from '../shared/text/outcomes.js';
import { printable, type Terminal } from './terminal.js';

/** Tells the engine's events: bars and lines for people, JSON lines for programs. */
export function eventHandler(terminal: Terminal, { files = false }): (event: EngineEvent) => void {
  return (event) => {
    switch (event.event) {
      case 'progress':
        terminal.progress(stageNames[event.stage], event.done, event.of);
        if (event.done === event.of) terminal.clear();
        return;
      case 'file': {
        if (!files) return;
        const { path, outcome } = event;
        terminal.object({ event: 'file', path, ...flat(event) });
        terminal.line(`${printable(path)}: ${outcomeText(outcome)}`);
        return;
      }
      case 'epoch':
        terminal.object(event);
        terminal.line(epochLine(event));
        return;
      case 'note': {
        const { code, ...facts } = event.note;
        const message = noteEventText(event.note);
        terminal.object({ event: 'note', code, message, ...facts });
        if (!terminal.json) terminal.remark(printable(message));
        return;
      }
      case 'prediction':
        return; // only "predict" asks for them, and tells them its own way
      default:
        assertNever(event);
    }
  };
}

/** outcome used|note|left-out, reason: the code (of several notes the first), detail: in words. */
function flat({ outcome }: Extract<EngineEvent, { event: 'file' }>): object {
  const detail = outcomeText(outcome);
  switch (outcome.kind) {
    case 'used':
      return { outcome: 'used' };
    case 'note':
      return { outcome: 'note', reason: outcome.notes[0], notes: outcome.notes, detail };
    case 'left-out':
      return { outcome: 'left-out', reason: outcome.reason, detail };
  }
}
