import { z } from 'zod';
import { fail } from '../../shared/contract/failures.js';
import { weightNamesOf } from './network.js';
import type { Graph, GraphNode, OperationKind } from './node.js';
import type { Weights } from './weights.js';

/** `graph.json` as it lies on disk. */
const natural = z.int().min(0);
const positive = z.int().min(1);
const pair = z.tuple([positive, positive]);
const edges = z.strictObject({ top: natural, bottom: natural, left: natural, right: natural });
const padding = z.union([z.literal('same'), z.literal('valid'), edges]);
const window = { stride: pair, padding };
const convolution = { ...window, dilation: pair };
const none = z.strictObject({});
const numbers = z.array(z.number());

/** Attributes and weights of every kind; a missing kind is a compile error. */
const kinds: { readonly [Kind in OperationKind]: { attributes: z.ZodType; weights: z.ZodType } } = {
  input: { attributes: z.strictObject({ shape: z.array(natural) }), weights: none },
  normalise: { attributes: z.strictObject({ scale: numbers, offset: numbers }), weights: none },
  pad: { attributes: z.strictObject({ edges, value: z.number() }), weights: none },
  conv: { attributes: z.strictObject(convolution), weights: roles(['kernel'], ['bias']) },
  depthwise: { attributes: z.strictObject(convolution), weights: roles(['kernel'], ['bias']) },
  'batch-norm': {
    attributes: z.strictObject({ epsilon: z.number().positive() }),
    weights: roles(['gamma', 'beta', 'mean', 'variance'], []),
  },
  relu: { attributes: none, weights: none },
  relu6: { attributes: none, weights: none },
  swish: { attributes: none, weights: none },
  'hard-swish': { attributes: none, weights: none },
  sigmoid: { attributes: none, weights: none },
  add: { attributes: none, weights: none },
  multiply: { attributes: none, weights: none },
  'global-average-pool': { attributes: none, weights: none },
  'max-pool': { attributes: z.strictObject({ ...window, size: pair }), weights: none },
  'average-pool': { attributes: z.strictObject({ ...window, size: pair }), weights: none },
  flatten: { attributes: none, weights: none },
  dropout: { attributes: z.strictObject({ rate: z.number().min(0).lt(1) }), weights: none },
  dense: { attributes: none, weights: roles(['kernel'], ['bias']) },
  softmax: { attributes: none, weights: none },
};

const graphSchema = z.strictObject({
  format: z.literal('headstart-graph'),
  version: z.literal(1),
  name: z.string(),
  nodes: z.array(
    z.strictObject({
      name: z.string().min(1),
      op: z.string(),
      inputs: z.array(z.string()),
      attributes: z.unknown(),
      weights: z.unknown(),
    }),
  ),
  outputs: z.array(z.string()).min(1),
  blocks: z.array(z.strictObject({ name: z.string(), nodes: z.array(z.string()) })),
  cuts: z.strictObject({ small: z.string(), medium: z.string(), large: z.string() }),
});

/**
 * Checks what was read from a `graph.json`: known operations, inputs that come before their readers, blocks
 * that hold every node once, cuts that exist. Throws `file-damaged` with the first problem.
 */
export function parseGraph(value: unknown, path: string): Graph {
  const damaged = (problem: string): never => fail({ code: 'file-damaged', path, problem });
  const parsed = graphSchema.safeParse(value);
  if (!parsed.success) return damaged(firstIssue(parsed.error));
  const { name, nodes, outputs, blocks, cuts } = parsed.data;
  const seen = new Set<string>();
  for (const node of nodes) {
    const problem = checkNode(node, seen);
    if (problem !== undefined) return damaged(`${node.name}: ${problem}`);
    seen.add(node.name);
  }
  const absent = [...outputs, ...Object.values(cuts)].find((each) => !seen.has(each));
  if (absent !== undefined) return damaged(absent);
  const placed = blocks.flatMap((block) => block.nodes).sort();
  if (JSON.stringify(placed) !== JSON.stringify([...seen].sort())) return damaged('blocks');
  // `checkNode` has proven each node against the schema of its kind.
  return { name, nodes: nodes as unknown as readonly GraphNode[], outputs, blocks, cuts };
}

/** The first weight that the graph names and the file lacks. */
export function missingWeight(graph: Graph, weights: Weights): string | undefined {
  return graph.nodes.flatMap(weightNamesOf).find((name) => !weights.has(name));
}

function checkNode(
  node: { name: string; op: string; inputs: string[]; attributes: unknown; weights: unknown },
  seen: ReadonlySet<string>,
): string | undefined {
  if (seen.has(node.name)) return 'named twice';
  if (!isKind(node.op)) return node.op;
  const unknown = node.inputs.find((input) => !seen.has(input));
  if (unknown !== undefined) return unknown;
  const kind = kinds[node.op];
  const attributes = kind.attributes.safeParse(node.attributes);
  if (!attributes.success) return firstIssue(attributes.error);
  const weights = kind.weights.safeParse(node.weights);
  return weights.success ? undefined : firstIssue(weights.error);
}

function isKind(op: string): op is OperationKind {
  return Object.hasOwn(kinds, op);
}

function roles(required: readonly string[], optional: readonly string[]): z.ZodType {
  return z.strictObject({
    ...Object.fromEntries(required.map((role) => [role, z.string()])),
    ...Object.fromEntries(optional.map((role) => [role, z.string().optional()])),
  });
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue.path.join('.')} ${issue.message}`.trim();
}
