/** The name of an archive of packages. Pure. */
import type { Archive } from '../model.ts';

/** An archive in words, such as `the snapshot of 20260830T000000Z`. */
export function archiveText(archive: Archive | undefined): string {
  switch (archive?.type) {
    case undefined:
      return 'the Debian archive';
    case 'mirror':
      return `the mirror ${archive.main}`;
    case 'old-releases':
      return 'the archive of old releases';
    case 'snapshot':
      return `the snapshot of ${archive.moment ?? archive.main}`;
  }
}
