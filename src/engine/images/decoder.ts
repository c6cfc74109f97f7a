import { isMainThread } from 'node:worker_threads';
import sharp from 'sharp';

/**
 * sharp, set up for many small decodes at once. The settings are libvips' own and hold for the whole process,
 * whichever worker thread makes them:
 * - no cache: no picture is decoded twice with the same options, so keeping results only costs memory;
 * - one thread a picture: the pool already decodes one picture per core, and threads below threads only
 *   wait for each other;
 * - of the loaders only those that the sniffer lets pass: a file that fools the sniffer still reaches no
 *   other parser (SVG would even read files of its own accord).
 *
 * The main thread alone makes them, once, and before any worker is started: a worker that blocked all loaders for
 * a moment, while another one decodes, would make a sound picture unreadable.
 */
export function setUpDecoder(): void {
  if (isSetUp || !isMainThread) return;
  isSetUp = true;
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpeg',
      'VipsForeignLoadPng',
      'VipsForeignLoadNsgif',
      'VipsForeignLoadWebp',
      'VipsForeignLoadTiff',
      'VipsForeignLoadHeif',
    ],
  });
}

let isSetUp = false;

export { sharp };
