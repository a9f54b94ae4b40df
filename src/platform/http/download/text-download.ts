import { Readable } from 'node:stream';
import { Logger, StreamableFile } from '@nestjs/common';

/** What a client is told of a file, and which request it is for. */
export interface TextDownload {
  readonly contentType: string;
  readonly fileName: string;
  readonly requestId: string;
}

const logger = new Logger('TextDownload');

/** A file that is made piece by piece: a slow reader slows down the making, and one that leaves ends it. */
export function textDownload(
  pieces: AsyncIterable<string>,
  { contentType, fileName, requestId }: TextDownload,
): StreamableFile {
  const stream = Readable.from(pieces, { objectMode: false });
  // The beginning has been sent: the client sees a broken transfer, and only the log can say why.
  stream.once('error', (error) => logger.error({ requestId, cause: error.message }, 'export broken off'));
  return new StreamableFile(stream, {
    type: contentType,
    disposition: `attachment; filename="${fileName}"`,
  });
}
