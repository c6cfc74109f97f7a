import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { readSplitFile } from '../../src/engine/data/split-file.js';
import { failureIn, failureOf } from '../support/failure-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

function fileOf(t: TestContext, content: string | Uint8Array): string {
  const path = join(temporaryFolder(t), 'split.csv');
  writeFileSync(path, content);
  return path;
}

const one = [{ file: 'cat/1.jpg', class: 'cat', part: 'training' }];
const readings = [
  { name: 'commas', text: 'file,class,split\ncat/1.jpg,cat,train\n', rows: one },
  { name: 'no line end after the last row', text: 'file,class,split\ncat/1.jpg,cat,train', rows: one },
  { name: 'a byte order mark', text: '\uFEFFfile,class,split\ncat/1.jpg,cat,train\n', rows: one },
  {
    name: 'a byte order mark before a quote',
    text: '\uFEFF"file",class,split\ncat/1.jpg,cat,train\n',
    rows: one,
  },
  { name: 'semicolons', text: 'file;class;split\ncat/1.jpg;cat;train\n', rows: one },
  { name: 'tabs', text: 'file\tclass\tsplit\ncat/1.jpg\tcat\ttrain\n', rows: one },
  { name: 'line ends of Windows', text: 'file,class,split\r\ncat/1.jpg,cat,train\r\n', rows: one },
  { name: 'backslashes', text: 'file,class,split\ncat\\1.jpg,cat,train\n', rows: one },
  { name: 'a leading ./', text: 'file,class,split\n./cat/1.jpg,cat,train\n', rows: one },
  {
    name: 'capitals and spaces in the header',
    text: ' File ,CLASS, Split\ncat/1.jpg,cat,train\n',
    rows: one,
  },
  {
    name: 'columns in another order, and further ones',
    text: 'split,note,class,file\ntrain,x,cat,cat/1.jpg\n',
    rows: one,
  },
  { name: 'empty lines', text: 'file,class,split\n\n\ncat/1.jpg,cat,train\n\n', rows: one },
  {
    name: 'quotes around commas, quotes and line ends',
    text: 'file,class\n"a, ""b"".jpg","line\nend"\n',
    rows: [{ file: 'a, "b".jpg', class: 'line\nend', part: undefined }],
  },
  {
    name: 'no split column',
    text: 'file,class\n1.jpg,cat\n',
    rows: [{ file: '1.jpg', class: 'cat', part: undefined }],
  },
  {
    name: 'an empty split, and a row that ends before it',
    text: 'file,class,split\n1.jpg,cat,\n2.jpg,dog\n',
    rows: [
      { file: '1.jpg', class: 'cat', part: undefined },
      { file: '2.jpg', class: 'dog', part: undefined },
    ],
  },
  {
    name: 'every word for a part',
    text: 'file,class,split\n1,a,training\n2,a,VAL\n3,a,valid\n4,a,validation\n5,a,Test\n',
    rows: [
      { file: '1', class: 'a', part: 'training' },
      { file: '2', class: 'a', part: 'validation' },
      { file: '3', class: 'a', part: 'validation' },
      { file: '4', class: 'a', part: 'validation' },
      { file: '5', class: 'a', part: 'test' },
    ],
  },
  {
    name: 'odd class names',
    text: 'file,class\n1,constructor\n2,__proto__\n3,😀\n',
    rows: [
      { file: '1', class: 'constructor', part: undefined },
      { file: '2', class: '__proto__', part: undefined },
      { file: '3', class: '😀', part: undefined },
    ],
  },
  {
    name: 'line ends of both kinds in one file',
    text: 'file,class\r\n1,a\n2,b\r\n3,a\n',
    rows: [
      { file: '1', class: 'a', part: undefined },
      { file: '2', class: 'b', part: undefined },
      { file: '3', class: 'a', part: undefined },
    ],
  },
] as const;

describe('a split file is read with', () => {
  for (const { name, text, rows } of readings) {
    test(name, async (t) => {
      assert.deepEqual(await readSplitFile(fileOf(t, text)), rows);
    });
  }
});

const refusals = [
  { name: 'nothing in it', text: '', line: 1, problem: 'columns', detail: '' },
  { name: 'a header alone', text: 'file,class,split\n', line: 1, problem: 'no-rows', detail: '' },
  { name: 'no file column', text: 'path,class\n1,a\n', line: 1, problem: 'columns', detail: '' },
  { name: 'no class column', text: 'file,label\n1,a\n', line: 1, problem: 'columns', detail: '' },
  { name: 'a row without a file', text: 'file,class\n1,a\n,b\n', line: 3, problem: 'no-file', detail: '' },
  { name: 'a row without a class', text: 'file,class\n1,a\n2,\n', line: 3, problem: 'no-class', detail: '' },
  {
    name: 'a file named twice',
    text: 'file,class\n1,a\n2,a\n./1,b\n',
    line: 4,
    problem: 'twice',
    detail: '1',
  },
  {
    name: 'an unknown word for a part',
    text: 'file,class,split\n1,a,dev\n',
    line: 2,
    problem: 'unknown-part',
    detail: 'dev',
  },
  {
    name: 'an unknown word below empty lines',
    text: 'file,class,split\n\n\n1,a,dev\n',
    line: 4,
    problem: 'unknown-part',
    detail: 'dev',
  },
  {
    name: 'an unknown word below a cell of two lines',
    text: 'file,class,split\n"1\n2",a,test\n3,a,dev\n',
    line: 4,
    problem: 'unknown-part',
    detail: 'dev',
  },
] as const;

describe('a split file is refused with', () => {
  for (const { name, text, line, problem, detail } of refusals) {
    test(`${name}, at line ${line}`, async (t) => {
      const path = fileOf(t, text);
      const failure = { code: 'split-unreadable', path, line, problem, detail };
      assert.deepEqual(await failureOf(() => readSplitFile(path)), failure);
    });
  }

  test('a quote that is never closed, at the line where it opens or ends', async (t) => {
    const failure = await failureOf(() => readSplitFile(fileOf(t, 'file,class\n1,a\n2,"b\n')));
    assert.equal(failure.code, 'split-unreadable');
    assert.ok('line' in failure && [3, 4].includes(failure.line), JSON.stringify(failure));
  });

  test('a missing file', async (t) => {
    const path = join(temporaryFolder(t), 'missing.csv');
    assert.deepEqual(await failureOf(() => readSplitFile(path)), { code: 'path-missing', path });
  });
});

test('any text or bytes are read or refused', async (t) => {
  const path = fileOf(t, '');
  const content = fc.oneof(
    fc.uint8Array(),
    fc.string({ unit: 'binary' }).map((text) => `file,class,split\n${text}`),
    fc
      .array(fc.constantFrom('file', 'class', 'split', ',', ';', '\t', '"', '\n', '\r\n', 'a', ''))
      .map((parts) => parts.join('')),
  );
  const property = fc.asyncProperty(content, async (each) => {
    writeFileSync(path, each);
    await failureIn(() => readSplitFile(path));
  });
  await fc.assert(property, { numRuns: 300 });
});
