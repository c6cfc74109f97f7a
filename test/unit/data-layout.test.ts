import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classParts, layoutOf, partNamed } from '../../src/engine/data/layout.js';

const layouts: readonly {
  readonly name: string;
  readonly files: readonly string[];
  readonly layout: string;
}[] = [
  { name: 'classes', files: ['cat/1.jpg', 'dog/1.jpg'], layout: 'class' },
  { name: 'parts, then classes', files: ['train/cat/1.jpg', 'val/cat/1.jpg'], layout: 'split-class' },
  {
    name: 'parts in capitals, with a test part',
    files: ['Train/cat/1.jpg', 'VAL/cat/1.jpg', 'Testing/cat/1.jpg'],
    layout: 'split-class',
  },
  {
    name: 'parts, with folders below the classes',
    files: ['train/cat/day/1.jpg', 'val/cat/1.jpg'],
    layout: 'split-class',
  },
  {
    name: 'parts, with a loose file beside them',
    files: ['train/cat/1.jpg', 'val/cat/1.jpg', 'readme.txt'],
    layout: 'split-class',
  },
  { name: 'a class called test among others', files: ['test/1.jpg', 'dog/1.jpg'], layout: 'class' },
  { name: 'classes called train and test', files: ['train/1.jpg', 'test/1.jpg'], layout: 'class' },
  {
    name: 'classes called train and test, one with a folder below',
    files: ['train/steam/1.jpg', 'test/1.jpg'],
    layout: 'class',
  },
  { name: 'parts without a training part', files: ['val/cat/1.jpg', 'test/cat/1.jpg'], layout: 'class' },
  { name: 'a training part alone', files: ['train/cat/1.jpg', 'train/dog/1.jpg'], layout: 'class' },
  {
    name: 'parts and a further folder',
    files: ['train/cat/1.jpg', 'val/cat/1.jpg', 'extra/cat/1.jpg'],
    layout: 'class',
  },
  { name: 'folders called like methods', files: ['constructor/1.jpg', '__proto__/1.jpg'], layout: 'class' },
  { name: 'loose files', files: ['1.jpg', '2.jpg'], layout: 'class' },
  { name: 'nothing', files: [], layout: 'class' },
];

describe('the layout of', () => {
  for (const { name, files, layout } of layouts) {
    test(`${name} is ${layout}`, () => {
      assert.equal(layoutOf(files), layout);
    });
  }
});

const places = [
  { file: 'cat/1.jpg', layout: 'class', class: 'cat', part: undefined },
  { file: 'cat/day/1.jpg', layout: 'class', class: 'cat', part: undefined },
  { file: 'test/1.jpg', layout: 'class', class: 'test', part: undefined },
  { file: '1.jpg', layout: 'class', class: undefined, part: undefined },
  { file: 'Train/cat/1.jpg', layout: 'split-class', class: 'cat', part: 'training' },
  { file: 'valid/cat/day/1.jpg', layout: 'split-class', class: 'cat', part: 'validation' },
  { file: 'train/1.jpg', layout: 'split-class', class: undefined, part: undefined },
  { file: '1.jpg', layout: 'split-class', class: undefined, part: undefined },
] as const;

describe('class and part of', () => {
  for (const { file, layout, ...expected } of places) {
    test(`${file} in a ${layout} layout`, () => {
      assert.deepEqual(classParts(file, layout), expected);
    });
  }
});

const words = [
  { word: 'train', part: 'training' },
  { word: ' Training ', part: 'training' },
  { word: 'VAL', part: 'validation' },
  { word: 'valid', part: 'validation' },
  { word: 'validation', part: 'validation' },
  { word: 'test', part: 'test' },
  { word: 'testing', part: 'test' },
  { word: '', part: undefined },
  { word: 'dev', part: undefined },
  { word: 'constructor', part: undefined },
] as const;

for (const { word, part } of words) {
  test(`the word "${word}" means ${part ?? 'no part'}`, () => {
    assert.equal(partNamed(word), part);
  });
}
