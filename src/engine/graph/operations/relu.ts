import type { OperationDefinition } from './definition.js';
import { sameShape } from './same-shape.js';

export const relu: OperationDefinition<'relu'> = sameShape;
