import { atPrecision, channelsOf, zeros } from '../array.js';
import type { CpuOperation } from '../operation.js';
import { eachTap, outputPixels, slidingWindow } from '../sliding-window.js';

/**
 * y[p, c] = max over the pixels under the window of x [n, h, w, c]; padding never wins. dy goes to the pixel that
 * won, to the first of equal ones.
 */
export const maxPool: CpuOperation<'max-pool'> = {
  forward({ attributes }, [x], _weights, { precision }) {
    const channels = channelsOf(x);
    const window = slidingWindow(attributes, x, attributes.size);
    const y = zeros(outputPixels(window) * channels, precision).fill(-Infinity);
    eachTap(window, (outputPixel, inputPixel) => {
      const [to, from] = [outputPixel * channels, inputPixel * channels];
      for (let c = 0; c < channels; c++) y[to + c] = Math.max(y[to + c], x.values[from + c]);
    });
    return { shape: [window.batch, ...window.output, channels], values: y };
  },
  backward({ attributes }, [x], _weights, { values: y }, { values: dy }, { precision }) {
    const channels = channelsOf(x);
    const dx = new Float64Array(x.values.length);
    const given = new Uint8Array(y.length);
    eachTap(slidingWindow(attributes, x, attributes.size), (outputPixel, inputPixel) => {
      const [to, from] = [outputPixel * channels, inputPixel * channels];
      for (let c = 0; c < channels; c++) {
        if (given[to + c] || x.values[from + c] !== y[to + c]) continue;
        dx[from + c] += dy[to + c];
        given[to + c] = 1;
      }
    });
    return { inputs: [atPrecision({ shape: x.shape, values: dx }, precision)], weights: {} };
  },
};
