/** Prints the self-test's network, weights and pixels as JSON, for make.py. Needs a build. */
import {
  selfTestBatch,
  selfTestNetwork,
  selfTestPixels,
} from '../../../dist/src/engine/runtimes/self-test-network.js';

const { graph, weights } = selfTestNetwork();
const tensors = [...weights].map(([name, { shape, values }]) => [name, { shape, values: [...values] }]);
const dumped = {
  nodes: graph.nodes,
  output: graph.outputs[0],
  weights: Object.fromEntries(tensors), // a float32 as a float64 in decimals: no bit is lost
  batch: selfTestBatch,
  pixels: [...selfTestPixels()],
};
process.stdout.write(JSON.stringify(dumped));
