/**
 * The stream in which an engine reports a build, a pull or an import: one JSON object a line.
 *
 * Its response always has status 200: an error is a line like any other, and a stream that is cut
 * reports nothing at all. So this reader only reports the lines, and its caller checks that the
 * image exists.
 */
import { StringDecoder } from 'node:string_decoder';
import { fields, nonEmptyText } from '../loose-json.ts';

/** Lines that are kept for the reason of a failure. */
const KEPT_LINES = 60;
/** Characters of one line of text; the rest of it is cut off. */
const LINE_CHARACTERS = 2000;
/** Characters of one JSON object. The largest ones that engines write are some ten thousand. */
const OBJECT_CHARACTERS = 4 * 1024 * 1024;

/** The result of a stream at its end. */
export interface Progress {
  /** The engine's error, or the error of the stream; absent if there was none. */
  readonly error?: string | undefined;
  /** Whether that error is the stream's: it is not what an engine writes, or only a part of it. */
  readonly isUnreadable: boolean;
  /** `sha256:…` of the image, where the engine named it. */
  readonly imageId?: string | undefined;
  /** The last lines for a person. */
  readonly log: readonly string[];
}

interface ProgressReader {
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
  let isUnreadable = false;
  let imageId: string | undefined;

  const refuse = (reason: string): void => {
    isUnreadable ||= error === undefined;
    error ??= reason;
  };

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
      refuse(`The engine's answer cannot be read: ${printable(line).slice(0, 200)}`);
      return;
    }
    const status = nonEmptyText(message['status']);
    if ('error' in message || 'errorDetail' in message) {
      const detail = nonEmptyText(fields(message['errorDetail'])['message']);
      // An error without a text is still an error.
      const reported = nonEmptyText(message['error']) ?? detail ?? 'an error without a message';
      addText('\n');
      emit(reported);
      error ??= printable(reported);
    }
    addText(nonEmptyText(message['stream']) ?? '');
    imageId = nonEmptyText(fields(message['aux'])['ID']) ?? (isImageId(status) ? status : imageId);
    // A status with figures is repeated many times a second while a layer is moved.
    const moves = Object.keys(fields(message['progressDetail'])).length > 0;
    const part = nonEmptyText(message['id']);
    if (status !== undefined && !moves) emit(part === undefined ? status : `${part}: ${status}`);
  };

  return {
    push(chunk) {
      const lines = (pending + decoder.write(chunk)).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') take(line);
      if (pending.length > OBJECT_CHARACTERS) {
        refuse('The engine sent a line that is too long.');
        pending = '';
      }
    },
    end() {
      pending += decoder.end();
      if (pending.trim() !== '') take(pending);
      pending = '';
      addText('\n');
      return { error, isUnreadable, imageId, log };
    },
  };
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? fields(value) : undefined;
  } catch {
    return undefined;
  }
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
