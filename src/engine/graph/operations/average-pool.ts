import type { OperationDefinition } from './definition.js';
import { pool } from './window.js';

export const averagePool: OperationDefinition<'average-pool'> = pool;
