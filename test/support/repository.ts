import { fileURLToPath } from 'node:url';

/** The folder with package.json. This file runs as dist/test/support/repository.js, three levels below it. */
export const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url));
