import type { OperationDefinition } from './definition.js';
import { sameShape } from './same-shape.js';

export const hardSwish: OperationDefinition<'hard-swish'> = sameShape;
