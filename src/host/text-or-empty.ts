/** Small files of the system, which may not exist. */
import { readFileSync } from 'node:fs';

/** A file's text; empty if it cannot be read, for callers to whom that is the same. */
export function textOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
