import type { Proof } from '../contract/calls.js';
import { percent, scientific } from './numbers.js';

export interface ExportFacts {
  readonly network: string;
  readonly labels: readonly string[];
  readonly size: number;
  readonly accuracy: number;
  readonly interval: readonly [number, number];
  readonly testPictures: number;
  readonly proofs: readonly Proof[];
}

/** README.md of an exported model. */
export function exportReadme(facts: ExportFacts): string {
  const { network, labels, size, accuracy, interval, testPictures, proofs } = facts;
  return `# Image classifier

The network ${network} with a new last layer, trained with Headstart. It tells ${labels.length} classes apart:
${labels.map((label) => `\`${label}\``).join(', ')}.

On ${testPictures} pictures that it had never seen it was right in ${percent(accuracy)} of the cases (likely between
${percent(interval[0])} and ${percent(interval[1])}).

## Files

| file | what it is |
|---|---|
| \`model.onnx\` | the model. Input \`image\`: uint8, RGB, [n, ${size}, ${size}, 3], values 0..255; n is free. Output \`probabilities\`: float32, [n, ${labels.length}]. Scaling is inside: do not divide by 255 |
| \`preprocessing.json\` | how a picture file becomes the input, to the byte |
| \`labels.json\` | the classes, in the order of the output's columns; also in the model's metadata |
| \`predict.py\`, \`predict.mjs\` | predict from picture files: \`python predict.py picture.jpg\` (needs onnxruntime, numpy, Pillow), \`node predict.mjs picture.jpg\` (needs onnxruntime-web, sharp) |
| \`pixels.py\`, \`pixels.mjs\` | the preprocessing, used by all of these |
| \`verify_onnx.py\`, \`verify-onnx.mjs\` | compare the model with a list of expected probabilities |
| \`proof.json\` | the proof below, with the model's SHA-256 |
| \`LICENSES\` | of the pretrained network, which travels inside the model |

## Proof

After writing, this file was opened in other processes, by programs that share no code with Headstart's engine,
and asked about the test pictures from their raw files:

${proofs.map(proofLine).join('\n')}
`;
}

function proofLine(proof: Proof): string {
  if (!proof.verified) return `- ${proof.runtime}: not run on the machine that made this export.`;
  const difference = scientific(proof.maxDifference ?? 0);
  return `- ${proof.runtime}: ${proof.pictures} pictures, same answer in ${percent(proof.agreement ?? 0)}, largest difference of a probability ${difference}.`;
}
