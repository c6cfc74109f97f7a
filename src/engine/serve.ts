import type { CallName, CallOptions, Calls, Engine } from '../shared/contract/calls.js';
import { contextFor, type Context, type Places } from './projects/context.js';
import { evaluate } from './projects/evaluate.js';
import { exportRun } from './projects/export.js';
import { importFolder } from './projects/import.js';
import { checkRuntimes, listNetworks } from './projects/networks.js';
import { predict } from './projects/predict.js';
import { resumeRun, startRun } from './projects/train.js';

type Implementation = {
  readonly [Name in CallName]: (
    context: Context,
    params: Calls[Name]['params'],
  ) => Promise<Calls[Name]['result']>;
};

const implementation: Implementation = {
  'project.import': importFolder,
  'run.start': startRun,
  'run.resume': (context, { run }) => resumeRun(context, run),
  'run.evaluate': evaluate,
  'run.predict': predict,
  'run.export': exportRun,
  'networks.list': listNetworks,
  'runtimes.check': checkRuntimes,
};

/** The engine in this process. */
export function createEngine(places: Places): Engine {
  return {
    call: (name, params, options: CallOptions = {}) =>
      implementation[name](contextFor(places, options), params),
  };
}
