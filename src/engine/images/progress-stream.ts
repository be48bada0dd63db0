/**
 * The stream in which an engine reports a build, a pull or an import: one JSON object a line.
 *
 * It comes in a response with status 200 whatever happens: an error is a line like any other, and a
 * stream that is cut reports nothing at all. So this reader only says what it saw, and whoever asked
 * for the image checks that it is there.
 */
import { StringDecoder } from 'node:string_decoder';
import { fields, text } from '../loose-json.ts';

/** Lines that are kept for the reason of a failure. */
const KEPT_LINES = 60;
/** Characters of one line of text; the rest of it is cut off. */
const LINE_CHARACTERS = 2000;
/** Characters of one JSON object. The largest ones that engines write are some ten thousand. */
const OBJECT_CHARACTERS = 4 * 1024 * 1024;

/** What a stream said by its end. */
export interface Progress {
  /** What the engine reported, or what was wrong with the stream; absent where nothing was. */
  readonly error?: string | undefined;
  /** `sha256:…` of the image, where the engine named it. */
  readonly imageId?: string | undefined;
  /** The last lines for a person. */
  readonly log: readonly string[];
}

export interface ProgressReader {
  push(chunk: Buffer): void;
  end(): Progress;
}

/** A reader for one stream; `onLine` gets each line for a person as soon as it is complete. */
export function readProgress(onLine: (line: string) => void): ProgressReader {
  const decoder = new StringDecoder('utf8');
  const log: string[] = [];
  let pending = '';
  let unfinished = '';
  let error: string | undefined;
  let imageId: string | undefined;

  const emit = (line: string): void => {
    const clean = printable(line);
    if (clean === '') return;
    log.push(clean);
    if (log.length > KEPT_LINES) log.shift();
    onLine(clean);
  };

  /** Output of a build step, which comes in pieces that know no lines. */
  const addText = (piece: string): void => {
    const lines = (unfinished + piece).split(/\r\n|\n|\r(?=.)/);
    unfinished = (lines.pop() ?? '').slice(0, 2 * LINE_CHARACTERS);
    for (const line of lines) emit(line);
  };

  const take = (line: string): void => {
    const message = parse(line);
    if (message === undefined) {
      error ??= `The engine's answer is not what it should be: ${printable(line).slice(0, 200)}`;
      return;
    }
    if (message.error !== undefined) {
      addText('\n');
      emit(message.error);
      error ??= printable(message.error);
    }
    if (message.stream !== undefined) addText(message.stream);
    if (message.imageId !== undefined) imageId = message.imageId;
    if (message.status !== undefined && !message.moving) emit(message.status);
  };

  return {
    push(chunk) {
      const lines = (pending + decoder.write(chunk)).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') take(line);
      if (pending.length > OBJECT_CHARACTERS) {
        error ??= 'The engine sent a line without end.';
        pending = '';
      }
    },
    end() {
      pending += decoder.end();
      if (pending.trim() !== '') take(pending);
      pending = '';
      addText('\n');
      return { error, imageId, log };
    },
  };
}

interface Message {
  readonly error?: string | undefined;
  readonly stream?: string | undefined;
  readonly status?: string | undefined;
  readonly imageId?: string | undefined;
  /** A status that is repeated many times a second while a layer is moved. */
  readonly moving: boolean;
}

function parse(line: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const parts = fields(value);
  const detail = fields(parts['errorDetail']);
  // An error without a text is an error all the same.
  const failed = 'error' in parts || 'errorDetail' in parts;
  const error = text(parts['error']) ?? text(detail['message']) ?? 'an error without a text';
  const stream = text(parts['stream']);
  const status = text(parts['status']);
  const part = text(parts['id']);
  const imageId = text(fields(parts['aux'])['ID']) ?? (isImageId(status) ? status : undefined);
  return {
    error: failed ? error : undefined,
    stream,
    status: status !== undefined && part !== undefined ? `${part}: ${status}` : status,
    imageId,
    moving: Object.keys(fields(parts['progressDetail'])).length > 0,
  };
}

function isImageId(text: string | undefined): text is string {
  return text !== undefined && /^sha256:[0-9a-f]{64}$/.test(text);
}

/** One line without colours and control characters, cut where it is too long. */
function printable(line: string): string {
  const plain = line
    // eslint-disable-next-line no-control-regex -- they are what is to be removed
    .replace(/\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    .trimEnd();
  return plain.length <= LINE_CHARACTERS ? plain : `${plain.slice(0, LINE_CHARACTERS)}…`;
}
