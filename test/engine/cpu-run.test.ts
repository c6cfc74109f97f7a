import assert from 'node:assert/strict';
import { test } from 'node:test';

import { atPrecision, type CpuTensors, type Precision } from '../../src/engine/runtimes/cpu/array.js';
import { backward, forward } from '../../src/engine/runtimes/cpu/run.js';
import {
  assertAllClose,
  assertClose,
  tensor,
  tensorNamed,
  tensorsByName,
} from '../reference/operations/close.js';
import { referenceNumbers } from '../reference/operations/numbers.js';

const { network } = referenceNumbers;
const graph = { nodes: network.nodes };
const weights = tensorsByName(network.weights);
const inputs = new Map([['picture', tensor(network.input)]]);
const outputGradients = new Map([['probabilities', tensor(network.gradient)]]);
const learned = Object.keys(network.weightGradients);
const masks = new Map(Object.entries(network.masks));

// float64: the reference has 12 digits. float32: each of 25 operations rounds (6e-8) once, forward and back; 7e-7 was
// measured.
const precisions = [
  { precision: 'float64', tolerance: 1e-9 },
  { precision: 'float32', tolerance: 3e-6 },
] as const;

for (const { precision, tolerance } of precisions) {
  test(`a residual network with every operation equals PyTorch's in ${precision}`, () => {
    const { output, gradients } = forwardAndBackward(precision);
    assertClose(output, network.output, tolerance, 'output');
    assertAllClose(
      Object.fromEntries(gradients.inputs),
      { picture: network.inputGradient },
      tolerance,
      'dL/dx',
    );
    assertAllClose(Object.fromEntries(gradients.weights), network.weightGradients, tolerance, 'dL/dw');
  });
}

// Error of the central difference at h = 1e-5: h^2 times a third derivative, and 1e-16 / h of rounding: about 1e-9.
for (const name of learned) {
  test(`the gradient of ${name} equals the numerical one in float64`, () => {
    const numerical = numericalGradient(weights, name, 1e-5, (changed) => loss(changed, inputs));
    assertClose(tensorNamed(forwardAndBackward('float64').gradients.weights, name), numerical, 1e-7, name);
  });
}

test('the gradient of the input equals the numerical one in float64', () => {
  const numerical = numericalGradient(inputs, 'picture', 1e-5, (changed) => loss(weights, changed));
  assertClose(
    tensorNamed(forwardAndBackward('float64').gradients.inputs, 'picture'),
    numerical,
    1e-7,
    'dL/dx',
  );
});

test('keep returns the chosen nodes alone, with the values that they have among all', () => {
  const all = forward(graph, weights, inputs, { precision: 'float64', masks, keep: 'all' });
  const chosen = forward(graph, weights, inputs, { precision: 'float64', masks, keep: ['sum', 'logits'] });
  assert.equal(all.size, network.nodes.length);
  assert.deepEqual([...chosen.keys()], ['sum', 'logits']);
  assert.deepEqual(chosen.get('sum'), all.get('sum'));
  assert.deepEqual(chosen.get('logits'), all.get('logits'));
});

test('float32 inputs are computed with in float64 where that is asked for', () => {
  const fed = new Map([['picture', atPrecision(tensor(network.input), 'float32')]]);
  const values = forward(graph, weights, fed, { precision: 'float64', keep: ['picture', 'logits'] });
  assert.ok(tensorNamed(values, 'picture').values instanceof Float64Array);
  assert.ok(tensorNamed(values, 'logits').values instanceof Float64Array);
});

test('only wanted weights get a gradient', () => {
  const values = forward(graph, weights, inputs, { precision: 'float64', masks, keep: 'all' });
  const context = { precision: 'float64', masks } as const;
  const gradients = backward(graph, weights, values, outputGradients, ['mix'], context);
  assertAllClose(
    Object.fromEntries(gradients.weights),
    { mix: network.weightGradients['mix'] },
    1e-9,
    'dL/dw',
  );
});

test('backward leaves the values and gradients that it was given as they were', () => {
  const values = forward(graph, weights, inputs, { precision: 'float64', masks, keep: 'all' });
  const before = structuredClone({ values, outputGradients, weights });
  backward(graph, weights, values, outputGradients, learned, { precision: 'float64', masks });
  assert.deepEqual({ values, outputGradients, weights }, before);
});

test('a dropout mask changes the logits, and without one dropout is the identity', () => {
  const keep = ['features', 'dropped'];
  const masked = forward(graph, weights, inputs, { precision: 'float64', masks, keep });
  const plain = forward(graph, weights, inputs, { precision: 'float64', keep });
  assert.notDeepEqual(masked.get('dropped'), masked.get('features'));
  assert.deepEqual(plain.get('dropped'), plain.get('features'));
});

test('a missing weight is refused with the node and the tensor', () => {
  const without = new Map([...weights].filter(([name]) => name !== 'mix'));
  assert.throws(
    () => forward(graph, without, inputs, { precision: 'float32', keep: [] }),
    new Error('mix-first: there is no tensor "mix"'),
  );
});

test('an input of the wrong size is refused with the node and both shapes', () => {
  const fed = new Map([['picture', tensor({ shape: [1, 1, 1, 3], values: [0, 0, 0] })]]);
  assert.throws(
    () => forward(graph, weights, fed, { precision: 'float32', keep: [] }),
    new Error('picture (input): needs [batch, 9, 8, 3], was fed [1, 1, 1, 3]'),
  );
});

test('a weight of the wrong shape is refused with the node and the reason', () => {
  const wrong = new Map([...weights, ['stem/bias', tensor({ shape: [2], values: [0, 0] })]]);
  assert.throws(
    () => forward(graph, wrong, inputs, { precision: 'float32', keep: [] }),
    new Error('stem (conv): bias must be [4], is [2]'),
  );
});

test('a stored statistic has no gradient to give', () => {
  const values = forward(graph, weights, inputs, { precision: 'float64', masks, keep: 'all' });
  const context = { precision: 'float64', masks } as const;
  assert.throws(
    () => backward(graph, weights, values, outputGradients, ['stem/mean'], context),
    new Error('gradient: there is no tensor "stem/mean"'),
  );
});

test('an output gradient of the wrong shape is refused with both shapes', () => {
  const values = forward(graph, weights, inputs, { precision: 'float64', masks, keep: 'all' });
  const wrong = new Map([['probabilities', tensor({ shape: [1, 3], values: [1, 1, 1] })]]);
  assert.throws(
    () => backward(graph, weights, values, wrong, [], { precision: 'float64', masks }),
    new Error('probabilities: the gradient must be [2, 3], is [1, 3]'),
  );
});

function forwardAndBackward(precision: Precision) {
  const values = forward(graph, weights, inputs, { precision, masks, keep: 'all' });
  const gradients = backward(graph, weights, values, outputGradients, learned, { precision, masks });
  return { output: tensorNamed(values, 'probabilities'), gradients };
}

/** The function whose gradient is checked: sum of output times the reference's output gradient. */
function loss(changedWeights: CpuTensors, changedInputs: CpuTensors): number {
  const keep = ['probabilities'];
  const values = forward(graph, changedWeights, changedInputs, { precision: 'float64', masks, keep });
  const output = tensorNamed(values, 'probabilities');
  return network.gradient.values.reduce((sum, gradient, i) => sum + gradient * output.values[i], 0);
}

/** (f(x + h) - f(x - h)) / 2h for each value of one of the tensors. */
function numericalGradient(tensors: CpuTensors, name: string, h: number, f: (changed: CpuTensors) => number) {
  const { shape, values } = tensorNamed(tensors, name);
  const at = (index: number, step: number) => {
    const moved = Float64Array.from(values, (value, i) => (i === index ? value + step : value));
    return f(new Map([...tensors, [name, { shape, values: moved }]]));
  };
  return { shape, values: Array.from(values, (_, i) => (at(i, h) - at(i, -h)) / (2 * h)) };
}
