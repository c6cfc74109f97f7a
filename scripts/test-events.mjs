/**
 * A reporter for Node's test runner: one JSON object a line for each start, end and the final plan, for
 * `test-files.mjs` to count. Node wants a reporter as the default export of its module.
 */
export default async function* lines(source) {
  for await (const { type, data } of source) {
    const event = eventFor(type, data);
    if (event !== undefined) yield `${JSON.stringify(event)}\n`;
  }
}

function eventFor(type, data) {
  const { name, nesting } = data;
  switch (type) {
    case 'test:dequeue':
      return { kind: 'begin', name }; // at once, where all else comes in the order of the file
    case 'test:start':
      return { kind: 'start', name, nesting };
    case 'test:pass':
    case 'test:fail':
      return { kind: 'end', name, nesting, ...outcome(type === 'test:pass', data) };
    case 'test:plan':
      // The plan of the outermost level comes when all has run: without it the file ended early.
      return nesting === 0 ? { kind: 'complete' } : undefined;
    default:
      return undefined;
  }
}

function outcome(passed, { details, skip, todo }) {
  const suite = details.type === 'suite';
  const left = skip ?? todo;
  if (left !== undefined && left !== false)
    return { suite, outcome: 'skipped', reason: reasonOf(left, todo) };
  if (passed) return { suite, outcome: 'passed' };
  return { suite, outcome: 'failed', failure: details.error?.failureType, message: messageOf(details.error) };
}

function reasonOf(left, todo) {
  if (typeof left === 'string' && left !== '') return left;
  return todo ? 'to do, no reason given' : 'no reason given';
}

/** Node wraps what a test threw; the thrown error's stack begins with its message. */
function messageOf(error) {
  const thrown = error?.cause ?? error;
  if (!(thrown instanceof Error)) return String(thrown);
  const own = (thrown.stack ?? thrown.message).replace(/^ +at .*node:internal.*\n?/gm, '').trimEnd();
  return thrown.cause === undefined ? own : `${own}\ncaused by: ${messageOf(thrown.cause)}`;
}
