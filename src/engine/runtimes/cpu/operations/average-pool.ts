import { atPrecision, channelsOf } from '../array.js';
import type { CpuOperation } from '../operation.js';
import { eachTap, outputPixels, slidingWindow, type SlidingWindow } from '../sliding-window.js';

/**
 * y[p, c] = mean over the pixels under the window of x [n, h, w, c]; pixels in the padding do not count.
 * dx += dy / count at each of them.
 */
export const averagePool: CpuOperation<'average-pool'> = {
  forward({ attributes }, [x], _weights, { precision }) {
    const channels = channelsOf(x);
    const window = slidingWindow(attributes, x, attributes.size);
    const counts = pixelCounts(window);
    const y = new Float64Array(counts.length * channels);
    eachTap(window, (outputPixel, inputPixel) => {
      const [to, from, count] = [outputPixel * channels, inputPixel * channels, counts[outputPixel]];
      for (let c = 0; c < channels; c++) y[to + c] += x.values[from + c] / count;
    });
    return atPrecision({ shape: [window.batch, ...window.output, channels], values: y }, precision);
  },
  backward({ attributes }, [x], _weights, _output, { values: dy }, { precision }) {
    const channels = channelsOf(x);
    const window = slidingWindow(attributes, x, attributes.size);
    const counts = pixelCounts(window);
    const dx = new Float64Array(x.values.length);
    eachTap(window, (outputPixel, inputPixel) => {
      const [to, from, count] = [outputPixel * channels, inputPixel * channels, counts[outputPixel]];
      for (let c = 0; c < channels; c++) dx[from + c] += dy[to + c] / count;
    });
    return { inputs: [atPrecision({ shape: x.shape, values: dx }, precision)], weights: {} };
  },
};

/** How many pixels of the input lie under the window, for each output pixel. */
function pixelCounts(window: SlidingWindow): Uint32Array {
  const counts = new Uint32Array(outputPixels(window));
  eachTap(window, (outputPixel) => {
    counts[outputPixel]++;
  });
  return counts;
}
