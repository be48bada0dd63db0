/** The facts of a row that the page carries, each as a text. Pure. */
import {
  builtAgainstText,
  distroText,
  emulationMark,
  gilText,
  libcText,
  originText,
  platformText,
  pythonText,
  subprocessText,
} from '../../../report/facts-text.ts';
import { placeOf } from '../../../report/row-place.ts';
import type { ReportEnvironment } from '../../../report/schema.ts';

export const ROW_FACTS = {
  id: ({ id }) => id,
  python: pythonText,
  pythonLine: (environment) => placeOf(environment)?.python.line,
  pythonVersion: (environment) => placeOf(environment)?.python.version,
  build: ({ python }) => python?.build,
  builtAgainst: builtAgainstText,
  subprocess: subprocessText,
  gil: gilText,
  libc: libcText,
  libcLine: (environment) => placeOf(environment)?.libc.line,
  libcVersion: (environment) => placeOf(environment)?.libc.version,
  package: ({ libc }) => libc?.package,
  distro: distroText,
  shell: ({ shell }) => shell,
  platform: platformText,
  emulated: emulationMark,
  imageId: ({ image }) => image?.id,
  fingerprint: ({ image }) => image?.fingerprint,
  source: originText,
} as const satisfies Readonly<
  Record<string, (environment: ReportEnvironment) => string | undefined>
>;

export type FactName = keyof typeof ROW_FACTS;
