import type { Preprocessing } from '../../shared/contract/preprocessing.js';
import type { Network } from '../graph/network.js';
import { attachHead, type Head } from '../graph/passes/attach-head.js';
import { foldBatchNorm } from '../graph/passes/fold-batch-norm.js';
import { onnxModel } from '../runtimes/onnx/model.js';

/**
 * The trained classifier as an ONNX file. Input `image`: uint8 RGB [n, size, size, 3], n free; scale and offset
 * are inside. Output `probabilities`: float32 [n, classes]. Labels and pixel contract stand in the metadata.
 */
export function onnxFile(
  network: Network,
  head: Head,
  preprocessing: Preprocessing,
  notes: { readonly producerVersion: string; readonly description: string },
): Uint8Array {
  return onnxModel(foldBatchNorm(attachHead(network, head)), {
    ...notes,
    metadata: {
      labels: JSON.stringify(preprocessing.labels),
      preprocessing: JSON.stringify(preprocessing),
    },
  });
}
