/** What differs between the same row on two days. Pure. */
import { pythonText } from '../report/facts-text.ts';
import type { ReportEnvironment } from '../report/schema.ts';

/** A sentence each about the measured C library, Python and, if it differs, the shell. */
export function dayDifference(
  before: ReportEnvironment | undefined,
  after: ReportEnvironment | undefined,
): readonly string[] {
  if (!before?.libc || !after?.libc || !before.python || !after.python) {
    return ['The versions of libc and Python are not known for both days.'];
  }
  const change = (name: string, a: string, b: string) =>
    a === b ? `${name} is ${a} on both days` : `${name} changed from ${a} to ${b}`;
  const [libc, python, shell] = [
    change('libc', before.libc.package, after.libc.package),
    change('Python', pythonText(before), pythonText(after)),
    change('/bin/sh', before.shell ?? 'unknown', after.shell ?? 'unknown'),
  ];
  const [built, rebuilt] = [before.python.build, after.python.build];
  // A new version always is another build.
  const build =
    built === rebuilt || pythonText(before) !== pythonText(after)
      ? ''
      : `, but its build changed from ${built} to ${rebuilt}`;
  const lines = [libc, `${python}${build}`];
  if (before.shell !== after.shell) lines.push(shell);
  if (!lines.some((line) => line.includes(' changed from '))) {
    lines.push('Another package or chance made the difference');
  }
  return lines.map((line) => `${line}.`);
}
