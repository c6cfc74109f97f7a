import type { CallName, Calls } from '../shared/contract/calls.js';
import type { EngineEvent } from '../shared/contract/events.js';
import type { Given, OptionTable } from './arguments.js';
import type { Terminal } from './terminal.js';

/** What a verb works with. */
export interface Session {
  readonly terminal: Terminal;
  /** Calls the engine; Ctrl-C cancels the call. */
  call<Name extends CallName>(
    name: Name,
    params: Calls[Name]['params'],
    onEvent?: (event: EngineEvent) => void,
  ): Promise<Calls[Name]['result']>;
}

export interface Verb {
  readonly options: OptionTable;
  /** Returns the exit code. Throws a `FailureError`. */
  run(given: Given, session: Session): Promise<number>;
}
