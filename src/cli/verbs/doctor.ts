import { runtimeRows } from '../../shared/text/cli-report.js';
import { atMost } from '../arguments.js';
import { table } from '../terminal.js';
import type { Verb } from '../verb.js';

export const doctorVerb: Verb = {
  options: {},
  async run(given, { terminal, call }) {
    atMost(given, 'doctor', 0);
    const runtimes = await call('runtimes.check', {});
    for (const each of runtimes) {
      const { name, state, reason, largestDifference, picturesPerSecond, threads } = each;
      const device = { kind: 'processor', threads };
      terminal.object({
        event: 'runtime',
        name,
        state,
        reason,
        largestDifference,
        picturesPerSecond,
        device,
      });
    }
    for (const line of table(runtimeRows(runtimes))) terminal.line(line);
    return runtimes.some((each) => each.state === 'ready') ? 0 : 4;
  },
};
