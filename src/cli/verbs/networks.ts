import { networkRows } from '../../shared/text/cli-report.js';
import { atMost } from '../arguments.js';
import { table } from '../terminal.js';
import type { Verb } from '../verb.js';

export const networksVerb: Verb = {
  options: {},
  async run(given, { terminal, call }) {
    atMost(given, 'networks', 0);
    const networks = await call('networks.list', {});
    terminal.object({ event: 'networks', networks });
    for (const line of table(networkRows(networks))) terminal.line(line);
    return 0;
  },
};
