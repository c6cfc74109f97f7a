import type { OperationDefinition } from './definition.js';
import { pool } from './window.js';

export const maxPool: OperationDefinition<'max-pool'> = pool;
