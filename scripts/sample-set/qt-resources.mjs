// Reads Qt's binary resource files (.rcc), formats 1 to 3, as rcc of Qt 5 writes them.
import { inflateSync } from 'node:zlib';

const COMPRESSED = 1;
const FOLDER = 2;

/**
 * @param {Buffer} bytes
 * @returns {Map<string, Buffer>} the content of every file by its path
 */
export function readResources(bytes) {
  if (bytes.toString('latin1', 0, 4) !== 'qres') throw new Error('not a Qt resource file');
  const version = bytes.readUInt32BE(4);
  if (version > 3) throw new Error(`Qt resource format ${version} is not known here`);
  const [tree, data, names] = [8, 12, 16].map((at) => bytes.readUInt32BE(at));
  const nodeSize = version === 1 ? 14 : 22;
  /** @type {Map<string, Buffer>} */
  const files = new Map();

  /** @param {number} index @param {string} parent */
  function visit(index, parent) {
    const node = tree + index * nodeSize;
    const flags = bytes.readUInt16BE(node + 4);
    const path = index === 0 ? '' : `${parent}/${readName(bytes, names + bytes.readUInt32BE(node))}`;
    if ((flags & FOLDER) === 0) {
      files.set(path, readContent(bytes, data + bytes.readUInt32BE(node + 10), flags));
      return;
    }
    const [count, first] = [bytes.readUInt32BE(node + 6), bytes.readUInt32BE(node + 10)];
    for (let i = 0; i < count; i++) visit(first + i, path);
  }
  visit(0, '');
  return files;
}

/**
 * @param {Buffer} bytes
 * @param {number} at a length in characters, a hash, then UTF-16, all big-endian
 */
function readName(bytes, at) {
  const start = at + 6;
  const name = Buffer.from(bytes.subarray(start, start + bytes.readUInt16BE(at) * 2));
  return name.swap16().toString('utf16le');
}

/**
 * @param {Buffer} bytes
 * @param {number} at
 * @param {number} flags
 */
function readContent(bytes, at, flags) {
  const content = bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at));
  return flags & COMPRESSED ? inflateSync(content.subarray(4)) : content;
}
