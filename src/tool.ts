/** The program's own name and version, as reports state them. */
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly name: string;
  readonly version: string;
};

export const TOOL = { name: manifest.name, version: manifest.version } as const;
