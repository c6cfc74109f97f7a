import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { engineVersion } from '../../src/engine/projects/version.js';
import { repositoryRoot } from '../support/repository.js';

test('the version in the code is that of package.json', () => {
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  assert.equal(engineVersion, version);
});
