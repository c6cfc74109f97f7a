import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesWithoutWords, sentencesOutsideText } from './sentences.js';
import { listed, repositoryPaths, typescriptFiles } from './source-files.js';

function problems(path: string, text: string): readonly string[] {
  return listed(sentencesOutsideText({ path, text }));
}

test('what people read stands in text/', () => {
  assert.deepEqual(listed(typescriptFiles('src').flatMap(sentencesOutsideText)), []);
});

test('every exception is a file that exists', () => {
  const paths = repositoryPaths();
  assert.deepEqual(
    Object.keys(filesWithoutWords).filter((path) => !paths.includes(path)),
    [],
  );
});

test('a sentence in a string is found', () => {
  assert.deepEqual(problems('src/cli/a.ts', "\nconst a = 'No pictures found here.';"), [
    'src/cli/a.ts:2 a sentence outside text/: No pictures found here.',
  ]);
});

test('a sentence in a template is found', () => {
  assert.deepEqual(problems('src/cli/a.ts', 'const a = `${n} pictures could not be read`;'), [
    'src/cli/a.ts:1 a sentence outside text/: 0 pictures could not be read',
  ]);
});

test('a sentence in an error that is no bug is found', () => {
  assert.equal(problems('src/cli/a.ts', "throw new FailureError('the disk is full');").length, 1);
});

test('the same below text/ is left alone', () => {
  assert.deepEqual(problems('src/cli/text/a.ts', "const a = 'No pictures found here.';"), []);
});

test('messages of bugs, comments, types and names are left alone', () => {
  const text = [
    "throw new Error('this can never happen');",
    "impossible(node, 'kernel has no inputs');",
    "class B extends Error { constructor() { super('no such row here'); } }",
    '// a comment of many words',
    "type A = 'a type of words';",
    "const b = 'optimizer.learningRate';",
    "const c = 'two words';",
    "const d = ['image/png', 'M 0 0 L 10 10', '--top 5 --csv file'];",
  ].join('\n');
  assert.deepEqual(problems('src/cli/a.ts', text), []);
});
