import { fail } from '../../shared/contract/failures.js';
import { defaultRunConfig, runConfigJsonSchema } from '../../shared/contract/run-config.js';
import { atMost } from '../arguments.js';
import type { Verb } from '../verb.js';

export const configVerb: Verb = {
  options: { defaults: 'flag', schema: 'flag' },
  run(given, { terminal }) {
    atMost(given, 'config', 0);
    const [defaults, schema] = [given.flag('defaults'), given.flag('schema')];
    if (defaults && schema) fail({ code: 'options-exclude', first: '--defaults', second: '--schema' });
    const value = schema ? runConfigJsonSchema() : defaultRunConfig;
    terminal.object(value);
    terminal.line(JSON.stringify(value, null, 2));
    return Promise.resolve(0);
  },
};
