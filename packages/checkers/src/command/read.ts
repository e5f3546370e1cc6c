import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { ednHistory } from '../history/edn.ts';
import type { History } from '../history/history.ts';
import { historyParser } from '../history/parse.ts';

/** Reads a history from a file of JSON lines or EDN, plain or compressed by gzip. */
export async function readHistory(path: string): Promise<History> {
  await using file = await open(path);
  const bytes = file.createReadStream({ start: 0, highWaterMark: 1 << 20, autoClose: false });
  const stream = (await isGzip(file)) ? bytes.pipe(createGunzip({ chunkSize: 1 << 20 })) : bytes;
  if (stream !== bytes) bytes.on('error', (problem) => stream.destroy(problem));

  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parser = historyParser();
  let edn: string[] | undefined;
  let isFirst = true;
  let rest = '';
  for await (const chunk of stream) {
    const text = rest + decoder.decode(chunk as Buffer, { stream: true });
    if (isFirst && text.trim() !== '') {
      isFirst = false;
      if (isEdn(path, text)) edn = [];
    }
    if (edn !== undefined) {
      edn.push(text);
      continue;
    }
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      parser.line(text.slice(start, end));
      start = end + 1;
    }
    rest = text.slice(start);
  }

  if (edn !== undefined) return ednHistory(edn.join(''));
  if (rest !== '') parser.line(rest);
  return parser.end();
}

async function isGzip(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}

/** JSON objects begin with a quote after the brace; EDN maps with a keyword, vectors and tags with their own sign. */
const isEdn = (path: string, text: string): boolean => /\.edn(\.gz)?$/.test(path) || /^\s*(\{\s*:|\[|#|;)/.test(text);
