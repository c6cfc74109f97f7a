import { outcomeText } from '../../shared/text/outcomes.js';
import { importLines, moreFiles } from '../../shared/text/cli-report.js';
import { atMost, word } from '../arguments.js';
import { eventHandler } from '../events.js';
import { printable, table } from '../terminal.js';
import type { Verb } from '../verb.js';

const shownFiles = 10;

export const importVerb: Verb = {
  options: { project: 'value', split: 'value', files: 'flag' },
  async run(given, session) {
    const { terminal } = session;
    const folder = word(given, 'import', 0, 'FOLDER');
    atMost(given, 'import', 1);
    const params = { folder, project: given.value('project'), splitFile: given.value('split') };
    const onEvent = eventHandler(terminal, { files: given.flag('files') });
    const result = await session.call('project.import', params, onEvent);
    const { project, classes, used, notes, leftOut, junk, reasons, noteCounts } = result;
    terminal.object({
      event: 'finished',
      project,
      classes,
      used,
      notes,
      leftOut,
      junk,
      reasons,
      noteCounts,
    });
    const rows = classes.map((each) => [printable(each.name), String(each.pictures)]);
    for (const line of table(rows, [false, true])) terminal.line(line);
    if (!given.flag('files')) {
      for (const { file, outcome } of result.examples.slice(0, shownFiles)) {
        terminal.line(terminal.dim(`${printable(file)}: ${outcomeText(outcome)}`));
      }
      if (leftOut > shownFiles) terminal.line(terminal.dim(moreFiles(leftOut - shownFiles)));
    }
    for (const line of importLines(result)) terminal.line(line);
    return 0;
  },
};
